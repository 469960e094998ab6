import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A socket's path has 104 bytes on macOS and 108 on Linux, the closing zero and the draft's longer name included. */
export const SOCKET_PATH_BYTES_MAX = 100;
const SOCKET_NAME = 'control.sock';
const SHORT_DIR_PREFIX = 'tollgate-';
const SOCKET_MODE = 0o600;

export interface SocketPlace {
  /** Where to listen first: nobody looks there, so that the mode is right before the socket can be found. */
  readonly draftPath: string;
  /** Makes the listening socket the data directory's, in place of one that a killed process left. */
  publish(): void;
  /** Takes it away, unless it is another process's by now. */
  remove(): void;
}

/** Where the path is too long, the socket lies in a private directory for temporary files and a link leads there. */
export function openSocketPlace(dataDir: string): SocketPlace {
  const published = path.join(dataDir, SOCKET_NAME);
  const draftName = `${SOCKET_NAME}.${process.pid}`;
  const isLong = Buffer.byteLength(path.join(dataDir, draftName)) > SOCKET_PATH_BYTES_MAX;
  const shortDir = isLong ? fs.mkdtempSync(path.join(tmpdir(), SHORT_DIR_PREFIX)) : null;
  const draftPath = path.join(shortDir ?? dataDir, draftName);
  fs.rmSync(draftPath, { force: true });
  let inode: bigint | null = null;
  return {
    draftPath,
    publish() {
      fs.chmodSync(draftPath, SOCKET_MODE);
      removeShortDir(published);
      const draftEntry = shortDir === null ? draftPath : path.join(dataDir, draftName);
      if (shortDir !== null) fs.symlinkSync(draftPath, draftEntry);
      fs.renameSync(draftEntry, published);
      inode = fs.lstatSync(published, { bigint: true }).ino;
    },
    remove() {
      const found = fs.lstatSync(published, { bigint: true, throwIfNoEntry: false });
      if (found?.ino === inode) fs.rmSync(published, { force: true });
      if (shortDir !== null) fs.rmSync(shortDir, { recursive: true, force: true });
    },
  };
}

/** The path to connect to; null where the data directory has no socket. */
export function readSocketPath(dataDir: string): string | null {
  const published = path.join(dataDir, SOCKET_NAME);
  const found = fs.lstatSync(published, { throwIfNoEntry: false });
  if (found === undefined) return null;
  return found.isSymbolicLink() ? fs.readlinkSync(published) : published;
}

/** Removes the temporary directory that a killed process left behind its link. */
function removeShortDir(published: string): void {
  const found = fs.lstatSync(published, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() !== true) return;
  const dir = path.dirname(fs.readlinkSync(published));
  const isOurs = path.dirname(dir) === tmpdir() && path.basename(dir).startsWith(SHORT_DIR_PREFIX);
  if (isOurs) fs.rmSync(dir, { recursive: true, force: true });
}
