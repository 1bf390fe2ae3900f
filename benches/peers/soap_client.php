<?php
// PHP's SoapClient: the whole call, from the text of the answer to objects; and an order as the text that would be sent.
ini_set('memory_limit', '-1');
ini_set('soap.wsdl_cache_enabled', '0');

const LINES = 50;

class Held extends SoapClient
{
    public string $answer;
    public string $sent;

    public function __doRequest($request, $location, $action, $version, $oneWay = false): ?string
    {
        $this->sent = $request;
        return $this->answer;
    }
}

// Seconds of the processor.
function best(int $rounds, callable $task): float
{
    $best = INF;
    for ($round = 0; $round < $rounds; $round++) {
        $begun = getrusage();
        $task();
        $ended = getrusage();
        $took = $ended['ru_utime.tv_sec'] - $begun['ru_utime.tv_sec'];
        $best = min($best, $took + ($ended['ru_utime.tv_usec'] - $begun['ru_utime.tv_usec']) / 1e6);
    }
    return $best;
}

$client = new Held($argv[1], ['location' => 'http://localhost/', 'trace' => false]);
$who = ['UserName' => 'user', 'Password' => 'password', 'GoodsOwnerCode' => 'DEMO'];
if ($argv[2] === 'write') {
    $client->answer = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ProcessOrderResponse '
        . 'xmlns="http://ongoingsystems.se/WSI"/></s:Body></s:Envelope>';
    $line = fn (int $number) => [
        'OrderLineIdentification' => 'ExternalOrderLineCode',
        'ArticleIdentification' => 'ArticleNumber',
        'SubOrderLineSpecification' => null,
        'ExternalOrderLineCode' => "line $number",
        'OrderLineComment' => 'pick from the front',
        'ArticleNumber' => 'A-' . (1000 + $number),
        'ArticleName' => 'Skruv 4,5 × 40 <förzinkad>',
        'NumberOfItems' => '12.50',
    ];
    $order = ['CustomerOrderLines' => ['CustomerOrderLine' => array_map($line, range(0, LINES - 1))]];
    $seconds = best(5, function () use ($client, $who, $order) {
        for ($again = 0; $again < 200; $again++) {
            $client->ProcessOrder($who + ['co' => $order]);
        }
    });
    printf("%.0f orders of %d lines a second (%d bytes each)\n", 200 / $seconds, LINES, strlen($client->sent));
} else {
    $client->answer = file_get_contents($argv[2]);
    $seconds = best(5, fn () => $client->GetOrdersByQuery($who + ['query' => []]));
    printf("%.0f MB/s\n", strlen($client->answer) / $seconds / 1e6);
}
