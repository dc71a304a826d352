// For tests only: evaluates async JavaScript against the real `vscode` API in the extension host. Loopback, token required.
const http = require('node:http');
const vscode = require('vscode');

exports.activate = (context) => {
  const { MORTISE_BRIDGE_PORT: port, MORTISE_BRIDGE_TOKEN: token } = process.env;
  if (!token) return;
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      if (request.headers['x-token'] !== token) {
        response.statusCode = 403;
        return response.end();
      }
      try {
        const { code, argument } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        const value = await new AsyncFunction('vscode', 'argument', 'require', code)(vscode, argument, require);
        response.end(JSON.stringify({ value: value === undefined ? null : value }));
      } catch (error) {
        response.end(JSON.stringify({ error: String(error?.stack ?? error) }));
      }
    });
  });
  server.listen(Number(port), '127.0.0.1');
  context.subscriptions.push({ dispose: () => server.close() });
};
