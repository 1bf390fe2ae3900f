// How programs connect, as texts to copy.

import { ZEEP_TRUST } from './copy_as.js';

/** The service as a program's environment has it. */
function environment({ url, user, password, goodsOwners, caFile }, secret) {
  const [owner] = goodsOwners;
  return [
    ['ONGOING_URL', url],
    ['ONGOING_USERNAME', user],
    ['ONGOING_PASSWORD', password ?? secret],
    ['ONGOING_GOODS_OWNER_CODE', owner.code],
    ['ONGOING_GOODS_OWNER_ID', String(owner.id)],
    ...(caFile ? [['ONGOING_CA_FILE', caFile]] : []),
  ];
}

const sh = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const powerShell = (text) => `'${text.replaceAll("'", "''")}'`;
const toml = (text) => JSON.stringify(text);

const SECRET = '(the password that the sandbox was started with)';

/** Ways to connect: `{ name, doc, text }`. */
export function snippets(about) {
  const values = environment(about, SECRET);
  const { namespace, url, wsdl } = about;
  const isPlain = url.startsWith('http://');
  return [
    {
      name: 'sh',
      doc: 'For the command, and for programs that read these variables.',
      text: values.map(([name, value]) => `export ${name}=${sh(value)}\n`).join(''),
    },
    {
      name: 'PowerShell',
      doc: 'The same for Windows.',
      text: values.map(([name, value]) => `$env:${name} = ${powerShell(value)}\n`).join(''),
    },
    {
      name: 'ongoing.toml',
      doc: 'In the folder where the command is started. The password goes into its own file.',
      text: `url = ${toml(url)}\nuser_name = ${toml(about.user)}\ngoods_owner_code = ${toml(values[3][1])}\n`
        + `goods_owner_id = ${values[4][1]}\n${about.caFile ? `ca_file = ${toml(about.caFile)}\n` : ''}password_file = "password.txt"    # printf '%s' '...' > password.txt; chmod 600 password.txt\n`,
    },
    {
      name: 'ongoing',
      doc: 'With the exports of sh.',
      text: 'ongoing call GetOrderStatuses\nongoing skeleton ProcessArticle > article.json    # fill it in, then:\nongoing call ProcessArticle --input article.json\n',
    },
    {
      name: 'curl',
      doc: 'With the exports of sh.',
      text: `curl -sS${isPlain ? '' : ' --cacert "$ONGOING_CA_FILE"'} "$ONGOING_URL" -H 'Content-Type: text/xml; charset=utf-8' \\
  -H 'SOAPAction: "${namespace}/GetOrderStatuses"' --data-binary @- <<END
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body>
    <GetOrderStatuses xmlns="${namespace}">
      <UserName>$ONGOING_USERNAME</UserName>
      <Password>$ONGOING_PASSWORD</Password>
      <GoodsOwnerCode>$ONGOING_GOODS_OWNER_CODE</GoodsOwnerCode>
    </GetOrderStatuses>
  </soap:Body>
</soap:Envelope>
END
`,
    },
    {
      name: 'Python (zeep)',
      doc: 'pip install zeep; with the exports of sh.',
      text: `import os

import zeep

${isPlain ? '' : ZEEP_TRUST}client = zeep.Client(os.environ["ONGOING_URL"] + "?WSDL")
answer = client.service.GetOrderStatuses(
    UserName=os.environ["ONGOING_USERNAME"],
    Password=os.environ["ONGOING_PASSWORD"],
    GoodsOwnerCode=os.environ["ONGOING_GOODS_OWNER_CODE"],
)
print(answer)
`,
    },
    {
      name: '.NET',
      doc: `After: dotnet-svcutil ${wsdl}${isPlain ? '' : '. On Linux, SSL_CERT_FILE="$ONGOING_CA_FILE" has .NET trust the sandbox; on Windows, certutil -addstore -user Root does'}`,
      text: `var url = Environment.GetEnvironmentVariable("ONGOING_URL");
var binding = new ${isPlain ? 'BasicHttpBinding' : 'BasicHttpsBinding'} {${isPlain ? '          // for the real service: BasicHttpsBinding' : ''}
    MaxReceivedMessageSize = int.MaxValue,    // WCF stops at 64 KiB, which a list of orders soon has
    SendTimeout = TimeSpan.FromMinutes(5),
};
var client = new ServiceSoapClient(binding, new EndpointAddress(url));
var statuses = await client.GetOrderStatusesAsync(
    Environment.GetEnvironmentVariable("ONGOING_USERNAME"),
    Environment.GetEnvironmentVariable("ONGOING_PASSWORD"),
    Environment.GetEnvironmentVariable("ONGOING_GOODS_OWNER_CODE"));
`,
    },
    {
      name: 'PHP',
      doc: 'Needs the extension soap; with the exports of sh.',
      text: `<?php
$client = new SoapClient(getenv('ONGOING_URL') . '?WSDL', [
    'location' => getenv('ONGOING_URL'),${isPlain ? '' : "\n    'stream_context' => stream_context_create(['ssl' => ['cafile' => getenv('ONGOING_CA_FILE')]]),"}
]);
$answer = $client->GetOrderStatuses([
    'UserName' => getenv('ONGOING_USERNAME'),
    'Password' => getenv('ONGOING_PASSWORD'),
    'GoodsOwnerCode' => getenv('ONGOING_GOODS_OWNER_CODE'),
]);
print_r($answer);
`,
    },
    {
      name: 'Java',
      doc: `After: wsimport -keep -B-XautoNameResolution -p wms ${wsdl}  (JAX-WS; Apache CXF has wsdl2java)${isPlain ? '' : '. keytool -importcert -noprompt -file "$ONGOING_CA_FILE" -keystore sandbox.p12 -storepass sandbox makes a store; run with -Djavax.net.ssl.trustStore=sandbox.p12 -Djavax.net.ssl.trustStorePassword=sandbox'}`,
      text: `Service service = new Service();
ServiceSoap port = service.getServiceSoap();
((BindingProvider) port).getRequestContext().put(
    BindingProvider.ENDPOINT_ADDRESS_PROPERTY, System.getenv("ONGOING_URL"));
var statuses = port.getOrderStatuses(
    System.getenv("ONGOING_USERNAME"),
    System.getenv("ONGOING_PASSWORD"),
    System.getenv("ONGOING_GOODS_OWNER_CODE"));
`,
    },
  ];
}
