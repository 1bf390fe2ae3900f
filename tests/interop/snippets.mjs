// Runs the texts of the page's Connect view, as far as their tools are here: each must have its request carried out.
//
//     python3 warehouse.py [--tls] node snippets.mjs PYTHON      (a Python with zeep)

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const [, , python] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'ongoing-snippets-'));
const url = process.env.SANDBOX_URL;
const root = new URL(url).origin;
const isTls = url.startsWith('https:');

/** What JAX-WS needs of Debian's package. */
const JAVA = /^(jaxws|jaxb|saaj|jws|javax|istack|stax-ex|streambuffer|metro-policy|gmbal|mimepull|FastInfoset|txw2|glassfish|geronimo-annotation).*\.jar$/;

try {
  // The page's files are modules by their media type; here a package says so.
  cpSync(join(here, '../../src/sandbox/http/page'), join(folder, 'page'), { recursive: true });
  writeFileSync(join(folder, 'page/package.json'), '{"type": "module"}');
  const { snippets } = await import(pathToFileURL(join(folder, 'page/snippets.js')));
  const about = await ask('about');
  const texts = Object.fromEntries(snippets(about).map(({ name, doc, text }) => [name, { doc, text }]));
  assert.deepEqual(Object.keys(texts), [
    'sh', 'PowerShell', 'ongoing.toml', 'ongoing', 'curl', 'Python (zeep)', '.NET', 'PHP', 'Java']);
  const exports = texts.sh.text;
  const run = (command) => execFileSync('sh', ['-c', `${exports}\n${command}`], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const file = (name, text) => writeFileSync(join(folder, name), text);

  await check('curl', ['curl'], () => run(texts.curl.text));
  file('snippet.py', texts['Python (zeep)'].text);
  await check('Python (zeep)', [python], () => run(`${python} snippet.py`));
  file('snippet.php', texts.PHP.text);
  await check('PHP', ['php'], () => run('php snippet.php'));

  // What dotnet-svcutil makes is stood in for by a file here: Mono's own generator cannot read the contract.
  cpSync(join(here, 'ServiceSoapClient.cs'), join(folder, 'ServiceSoapClient.cs'));
  file('Program.cs', `using System;\nusing System.ServiceModel;\nusing System.Threading.Tasks;\n\nclass Program\n{\n`
    + `static void Main() { Run().Wait(); }\n\nstatic async Task Run()\n{\n${texts['.NET'].text}}\n}\n`);
  await check('.NET', ['mcs', 'mono'], () => {
    run('mcs -r:System.ServiceModel -r:System.Xml Program.cs ServiceSoapClient.cs -out:program.exe && mono program.exe');
  }, () => {
    if (isTls) return 'Mono has a store of certificates of its own';
    return fileThere('/usr/lib/mono', 'System.ServiceModel.dll') ? '' : 'System.ServiceModel is not installed';
  });

  // The command that the text names makes the classes.
  const [, wsimport] = /After: (wsimport .*?)  /.exec(texts.Java.doc);
  file('Snippet.java', `import javax.xml.ws.BindingProvider;\nimport wms.*;\n\npublic class Snippet {\n`
    + `public static void main(String[] arguments) {\n${texts.Java.text}}\n}\n`);
  await check('Java', ['wsimport', 'javac', 'java'], () => {
    const path = readdirSync('/usr/share/java').filter((name) => JAVA.test(name)).map((name) => `/usr/share/java/${name}`).join(':');
    // Over TLS the classes are made of a file, as wsimport would have to trust the sandbox too.
    const [keytool] = isTls ? /keytool .* -storepass sandbox/.exec(texts.Java.doc) : ['true'];
    const trust = isTls ? /-Djavax.*/.exec(texts.Java.doc)[0] : '';
    const contract = isTls ? `curl -sS --cacert "$ONGOING_CA_FILE" -o contract.wsdl '${about.wsdl}' && ${wsimport.replace(about.wsdl, 'contract.wsdl')}` : wsimport;
    run(`${keytool} && ${contract} -Xnocompile && javac -nowarn -cp '${path}' -d out Snippet.java wms/*.java && java ${trust} -cp '${path}:out' Snippet`);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fileThere(folder_, name) {
  try {
    return readdirSync(folder_, { recursive: true }).some((path) => path.endsWith(name));
  } catch {
    return false;
  }
}

async function ask(path) {
  return (await fetch(`${root}/admin/${path}`)).json();
}

function has(tool) {
  try {
    execFileSync('sh', ['-c', `command -v '${tool}'`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a text, and looks in the sandbox whether its request was carried out. */
async function check(name, tools, work, obstacle = () => '') {
  const missing = tools.filter((tool) => !has(tool));
  const why = missing.length > 0 ? `${missing.join(' and ')} missing` : obstacle();
  if (why !== '') {
    console.log(`${name}: unchecked, ${why}`);
    return;
  }
  const before = (await ask('requests?operation=GetOrderStatuses&outcome=done')).count;
  try {
    work();
  } catch (error) {
    console.log(error.stdout, error.stderr);
    throw error;
  }
  const after = (await ask('requests?operation=GetOrderStatuses&outcome=done')).count;
  assert.equal(after, before + 1, `${name}: the request was not carried out`);
  console.log(`${name}: carried out`);
}
