// For tests only: evaluates async JavaScript against the real `vscode` API in the extension host. Loopback, token required.
// Every host takes a free port of its own and announces itself in a file: the host of the window before may still be
// shutting down, and on a fixed port it would either answer for the new one or keep it from listening at all.
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const vscode = require('vscode');

exports.activate = (context) => {
  const { MORTISE_BRIDGE_FOLDER: folder, MORTISE_BRIDGE_TOKEN: token } = process.env;
  if (!token || !folder) return;
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
  const watching = watchViews();
  const announcement = path.join(folder, `${process.pid}.json`);
  server.listen(0, '127.0.0.1', () => {
    const opened = vscode.workspace.workspaceFile?.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? null;
    const told = JSON.stringify({ pid: process.pid, port: server.address().port, opened });
    // Renamed into place: a reader never sees half of it.
    fs.writeFileSync(`${announcement}.new`, told);
    fs.renameSync(`${announcement}.new`, announcement);
  });
  context.subscriptions.push({
    dispose: () => {
      clearInterval(watching);
      fs.rmSync(announcement, { force: true });
      server.close();
    },
  });
};

/** Twice a second: what Mortise was told of the repositories, whenever it differs. Evidence where a flow fails. */
function watchViews() {
  const views = (globalThis.mortiseViews = []);
  let before = '';
  return setInterval(() => {
    const api = vscode.extensions.getExtension('mortise.mortise')?.exports;
    const now = JSON.stringify(
      api?.repositories?.().map(({ root, operation, files, staged }) => ({
        ...{ root, title: operation.title },
        files: files.map(({ path: name, counts }) => [name, counts ? Object.values(counts).join(' ') : 'not counted'].join(': ')),
        staged: staged.map((file) => file.path),
      })),
    );
    if (now === undefined || now === before) return;
    before = now;
    views.push(`${new Date().toISOString()} ${now}`);
  }, 500);
}
