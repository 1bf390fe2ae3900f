<?php
// Sends an order and reads it back, from PHP with its FFI extension.
//
//   php orders.php 2001
//
// The address and the login come from ONGOING_URL, ONGOING_USERNAME, ONGOING_PASSWORD, ONGOING_GOODS_OWNER_CODE and
// ONGOING_GOODS_OWNER_ID; ONGOING_LIBRARY is the path of the library where it is in no usual place.

const ABI = 1;
const ANSWER = 1;
const MESSAGE = 2;
const HINT = 3;
const OUTCOME = 4;

// Declarations of the header that are used here.
$ongoing = FFI::cdef(<<<'C'
    typedef struct ongoing_session ongoing_session;
    ongoing_session *ongoing_new(uint32_t abi);
    int32_t ongoing_set(ongoing_session *session, const char *name, size_t name_length, const char *value,
                        size_t value_length);
    int32_t ongoing_open(ongoing_session *session);
    int32_t ongoing_call(ongoing_session *session, const char *operation, size_t operation_length, const char *input,
                         size_t input_length);
    const char *ongoing_text(ongoing_session *session, int32_t field, size_t *length);
    void ongoing_free(ongoing_session *session);
    C, getenv('ONGOING_LIBRARY') ?: 'libongoingwms.so');

$session = $ongoing->ongoing_new(ABI);
if ($session === null) {
    fwrite(STDERR, "the library has another binary interface\n");
    exit(70);
}

function text(FFI $ongoing, $session, int $field): string
{
    $length = $ongoing->new('size_t');
    $data = $ongoing->ongoing_text($session, $field, FFI::addr($length));
    // A `const char *` that ends with NUL comes as a text of PHP.
    return is_string($data) ? $data : FFI::string($data, $length->cdata);
}

function check(FFI $ongoing, $session, int $exit): void
{
    if ($exit !== 0) {
        fprintf(STDERR, "error: %s\n", text($ongoing, $session, MESSAGE));
        fprintf(STDERR, "  outcome: %s\n", text($ongoing, $session, OUTCOME));
        fprintf(STDERR, "  hint: %s\n", text($ongoing, $session, HINT));
        $ongoing->ongoing_free($session);
        exit($exit);
    }
}

$settings = [
    'url' => 'ONGOING_URL',
    'user_name' => 'ONGOING_USERNAME',
    'password' => 'ONGOING_PASSWORD',
    'goods_owner_code' => 'ONGOING_GOODS_OWNER_CODE',
    'goods_owner_id' => 'ONGOING_GOODS_OWNER_ID',
];
foreach ($settings as $name => $variable) {
    $value = (string) getenv($variable);
    check($ongoing, $session, $ongoing->ongoing_set($session, $name, strlen($name), $value, strlen($value)));
}
check($ongoing, $session, $ongoing->ongoing_open($session));

function call(FFI $ongoing, $session, string $operation, array $request): mixed
{
    $input = json_encode($request, JSON_THROW_ON_ERROR);
    check($ongoing, $session, $ongoing->ongoing_call($session, $operation, strlen($operation), $input, strlen($input)));
    return json_decode(text($ongoing, $session, ANSWER), true, 512, JSON_THROW_ON_ERROR);
}

$number = $argv[1] ?? '2001';
$saved = call($ongoing, $session, 'ProcessOrder', [
    'OrderInfo' => [
        'OrderIdentification' => 'GoodsOwnerOrderNumber',
        'OrderOperation' => 'CreateOrUpdate',
        'GoodsOwnerOrderNumber' => $number,
        'DeliveryDate' => '2026-12-01',
    ],
    'Customer' => [
        'CustomerOperation' => 'CreateOrUpdate',
        'CustomerIdentification' => 'CustomerNumber',
        'CustomerNumber' => '7',
        'Name' => 'Åsa Öberg',
    ],
    'CustomerOrderLines' => [[
        'OrderLineIdentification' => 'ArticleNumber',
        'ArticleIdentification' => 'ArticleNumber',
        'ArticleNumber' => 'A-1',
        'NumberOfItems' => 2,
    ]],
]);
$orders = call($ongoing, $session, 'GetOrdersByQuery', ['OrderNumbersToGet' => [$number]]);
printf("order %s has the id %d; the warehouse gives %d of them\n", $number, $saved['OrderId'], count($orders['Orders']));
$ongoing->ongoing_free($session);
