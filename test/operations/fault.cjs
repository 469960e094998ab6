// Loaded with `node --require` before the service: the disk refuses what the file FAULT_FILE names, for as long as it is there.
// { "calls": ["writeSync"], "match": "pg_wal/", "grows": true, "after": 3 }: from the fourth call on a path that matches; with
// `grows` only what would make a file larger, as on a full disk.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const real = { ...fs };
let specText = '';
let spec = null;
let seen = 0;

function readSpec() {
  let text = '';
  try {
    text = real.readFileSync(process.env.FAULT_FILE, 'utf8');
  } catch {
    spec = null;
    specText = '';
    return null;
  }
  if (text !== specText && text !== '') {
    specText = text;
    spec = JSON.parse(text);
    seen = 0;
  }
  return spec;
}

function pathOf(target) {
  return typeof target === 'number' ? real.readlinkSync(`/proc/self/fd/${target}`) : String(target);
}

function refuse(name, doesGrow) {
  fs[name] = function (...args) {
    const rule = readSpec();
    if (rule !== null && rule.calls.includes(name) && pathOf(args[0]).includes(rule.match)) {
      if (rule.grows !== true || doesGrow(args)) {
        seen += 1;
        if (seen > (rule.after ?? 0)) {
          throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC', errno: -28 });
        }
      }
    }
    return real[name].apply(this, args);
  };
}

refuse('writeSync', ([fd, buffer, , length, position]) => {
  const { size } = real.fstatSync(fd);
  return (position ?? size) + (length ?? buffer.length) > size;
});
refuse('ftruncateSync', ([fd, length]) => length > real.fstatSync(fd).size);
refuse('openSync', ([path]) => !real.existsSync(path));
refuse('mkdirSync', () => true);
refuse('renameSync', () => true);
refuse('fsyncSync', () => true);
syncBuiltinESMExports();
