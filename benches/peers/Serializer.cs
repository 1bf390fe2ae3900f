// .NET's XmlSerializer (Mono), by the classes that `wsdl` makes of the contract.
using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Xml;
using System.Xml.Serialization;

class Bench {
    const string Main_ = "http://ongoingsystems.se/WSI";
    const int Lines = 50;

    static void Main(string[] arguments) {
        if (arguments[0] == "write") Write(); else Read(System.IO.File.ReadAllBytes(arguments[0]));
    }

    static XmlSerializer Of(Type type, string name) {
        return new XmlSerializer(type, new XmlRootAttribute(name) { Namespace = Main_ });
    }

    static double Best(int rounds, Action task) {
        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++) {
            var begun = Process.GetCurrentProcess().UserProcessorTime;
            task();
            var took = (Process.GetCurrentProcess().UserProcessorTime - begun).TotalSeconds;
            best = Math.Min(best, took);
        }
        return best;
    }

    static void Read(byte[] text) {
        var serializer = Of(typeof(GetOrdersResult), "GetOrdersByQueryResult");
        var seconds = Best(5, () => {
            using (var reader = XmlReader.Create(new MemoryStream(text))) {
                reader.ReadToFollowing("GetOrdersByQueryResult", Main_);
                if (((GetOrdersResult) serializer.Deserialize(reader)).Orders.Length == 0) throw new Exception("no orders");
            }
        });
        Console.WriteLine("{0:F0} MB/s", text.Length / seconds / 1e6);
    }

    static void Write() {
        var order = new CustomerOrder {
            CustomerOrderLines = Enumerable.Range(0, Lines).Select(number => new CustomerOrderLine {
                OrderLineIdentification = OrderLineIdentificationType.ExternalOrderLineCode,
                ArticleIdentification = ArticleIdentificationType.ArticleNumber,
                ExternalOrderLineCode = "line " + number,
                ArticleNumber = "A-" + (1000 + number),
                ArticleName = "Skruv 4,5 \u00d7 40 <f\u00f6rzinkad>",
                OrderLineComment = "pick from the front",
                NumberOfItems = 12.50m,
            }).ToArray(),
        };
        var serializer = Of(typeof(CustomerOrder), "co");
        long length = 0;
        var seconds = Best(5, () => {
            for (int again = 0; again < 500; again++) {
                var stream = new MemoryStream();
                serializer.Serialize(stream, order);
                length = stream.Length;
            }
        });
        Console.WriteLine("{0:F0} orders of {1} lines a second ({2} bytes each)", 500 / seconds, Lines, length);
    }
}
