// What dotnet-svcutil makes of the contract, as far as the snippet of the page uses it.

using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Threading.Tasks;
using System.Xml.Serialization;

[ServiceContract(Namespace = Contract.Namespace, Name = "ServiceSoap"), XmlSerializerFormat]
public interface ServiceSoap
{
    [OperationContract(Action = Contract.Namespace + "/GetOrderStatuses", ReplyAction = "*")]
    GetOrderStatusesResult GetOrderStatuses(string UserName, string Password, string GoodsOwnerCode);
}

public class ServiceSoapClient : ClientBase<ServiceSoap>
{
    public ServiceSoapClient(Binding binding, EndpointAddress address) : base(binding, address) { }

    public Task<GetOrderStatusesResult> GetOrderStatusesAsync(string UserName, string Password, string GoodsOwnerCode)
    {
        // Mono's WCF does not know that a name ending in Async means the operation without it.
        return Task.Run(() => Channel.GetOrderStatuses(UserName, Password, GoodsOwnerCode));
    }
}

[XmlType(Namespace = Contract.Namespace)]
public class GetOrderStatusesResult
{
    public OrderStatus[] OrderStatuses;
}

[XmlType(Namespace = Contract.Namespace)]
public class OrderStatus
{
    public int OrderStatusId;
    public string OrderStatusName;
}

static class Contract
{
    public const string Namespace = "http://ongoingsystems.se/WSI";
}
