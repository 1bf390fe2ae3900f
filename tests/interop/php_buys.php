<?php
// PHP's SoapClient at a running sandbox, as two integrations use it.
//
//     python3 warehouse.py php php_buys.php
//
// The first is a web shop that writes articles by ProductCode and orders, waits for an order's status 450 or 500, and
// never looks at Success. The second reads: an order by its number, stock, and the list of files without a search value.

declare(strict_types=1);

$url = getenv('SANDBOX_URL');
$who = ['UserName' => 'demo', 'Password' => 'open-sesame'];
$code = ['GoodsOwnerCode' => 'DEMO'] + $who;

function same(mixed $got, mixed $expected): void
{
    if ($got !== $expected) {
        throw new Exception(var_export($got, true) . ' is not ' . var_export($expected, true));
    }
}

/** The items of a list, of which SoapClient makes one object, several in an array, or nothing at all. */
function items(mixed $list): array
{
    return $list === null ? [] : (is_array($list) ? $list : [$list]);
}

/** What people do in the warehouse. */
function work(string $action, array $what): void
{
    global $url;
    $root = substr($url, 0, strpos($url, '/', strlen('http://')));
    $options = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => json_encode($what)];
    file_get_contents("$root/admin/$action", false, stream_context_create(['http' => $options]));
    same(str_contains($http_response_header[0], ' 200 '), true);
}

function shop(SoapClient $service): void
{
    global $code, $who;
    $number = 'PHP-' . uniqid();
    $article = [
        'ArticleOperation' => 'CreateOrUpdate',
        'ArticleIdentification' => 'ProductCode',
        'ProductCode' => "$number-P",
        'ArticleNumber' => "$number-A",
        'ArticleName' => 'Tröja, blå',
        'Weight' => 0.25,
        'Price' => '199.90',
    ];
    $service->ProcessArticle($code + ['art' => $article]);
    $line = [
        'OrderLineIdentification' => 'ArticleNumber',
        'ArticleIdentification' => 'ArticleNumber',
        'ArticleNumber' => "$number-A",
        'NumberOfItems' => 5,
    ];
    $announced = [
        'InOrderInfo' => [
            'InOrderIdentification' => 'GoodsOwnerOrderNumber',
            'InOrderOperation' => 'CreateOrUpdate',
            'GoodsOwnerOrderNumber' => "$number-I",
            'InDate' => '2031-02-28T00:00:00',
        ],
        'InOrderLines' => ['InOrderLine' => [$line]],
    ];
    $service->ProcessInOrder($code + ['co' => $announced]);
    work('receive', ['inOrder' => "$number-I"]);

    $order = [
        'OrderInfo' => [
            'OrderIdentification' => 'GoodsOwnerOrderNumber',
            'OrderOperation' => 'CreateOrUpdate',
            'GoodsOwnerOrderNumber' => $number,
            'DeliveryDate' => '2031-02-28T00:00:00',
        ],
        'Customer' => [
            'CustomerOperation' => 'CreateOrUpdate',
            'CustomerIdentification' => 'CustomerNumber',
            'CustomerNumber' => "$number-C",
            'Name' => 'Åsa Öberg',
            'IsVisible' => true,
            'NotifyBySMS' => false,
            'NotifyByEmail' => true,
            'NotifyByTelephone' => false,
            'Email' => 'asa@example.com',
        ],
        'CustomerOrderLines' => ['CustomerOrderLine' => [['NumberOfItems' => 2] + $line]],
    ];
    $saved = $service->ProcessOrder($code + ['co' => $order])->ProcessOrderResult;
    $status = fn () => $service->GetOrder($who + ['OrderId' => $saved->OrderId])->GetOrderResult->OrderInfo->OrderStatusNumber;
    same(in_array($status(), [450, 500], true), false);
    work('pick', ['order' => $number]);
    same($status(), 400);
    work('ship', ['order' => $number]);
    same(in_array($status(), [450, 500], true), true);

    $stock = $service->GetInventory($who + ['GoodsOwnerId' => 1])->GetInventoryResult;
    $own = array_filter(items($stock->InventoryLines->InventoryLine), fn ($line) => $line->Article->ArticleNumber === "$number-A");
    same(count($own), 1);
    same([reset($own)->NumberOfItems, reset($own)->Article->ProductCode], [3, "$number-P"]);

    // What it never looks at: a refusal is an answer like any other.
    $order['CustomerOrderLines']['CustomerOrderLine'][0]['ArticleNumber'] = 'none';
    $order['OrderInfo']['GoodsOwnerOrderNumber'] = "$number-2";
    $refused = $service->ProcessOrder($code + ['co' => $order])->ProcessOrderResult;
    same([$refused->Success, $refused->OrderId], [false, 0]);
    reader($service, $number);
}

function reader(SoapClient $service, string $number): void
{
    global $code, $who;
    $order = $service->GetOrderByOrderNumber($code + ['OrderNumber' => $number])->GetOrderByOrderNumberResult;
    same([$order->Success, $order->OrderInfo->GoodsOwnerOrderNumber], [true, $number]);
    [$line] = items($order->PickedOrderLines->PickedOrderLine);
    same([$line->OrderedNumberOfItems, $line->PickedNumberOfItems], ['2', '2']);
    $query = ['ArticleNumbersToGet' => ['string' => ["$number-A"]], 'GetZeroStockArticles' => false, 'StockInfoChangedFrom' => null];
    $stock = $service->GetInventoryByQuery($code + ['GetInventoryQuery' => $query])->GetInventoryByQueryResult;
    [$line] = items($stock->InventoryLines->InventoryLine);
    same($line->Article->Name, 'Tröja, blå');
    $files = $service->GetFileList($who)->GetFileListResult ?? null;
    same(items($files->FileInfo ?? null), []);
    try {
        $service->GetOrderByOrderNumber(['Password' => 'guess'] + $code + ['OrderNumber' => $number]);
    } catch (SoapFault $fault) {
        same(str_contains($fault->getMessage(), 'wrong user name or password'), true);
        return;
    }
    throw new Exception('a wrong password was not refused');
}

foreach ([SOAP_1_1, SOAP_1_2] as $version) {
    $options = ['soap_version' => $version, 'cache_wsdl' => WSDL_CACHE_NONE, 'trace' => true];
    $service = new SoapClient("$url?WSDL", $options);
    shop($service);
    echo "PHP: sold and read over SOAP 1.$version\n";
}
