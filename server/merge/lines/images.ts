/**
 * One side took another image and the other installs with what that image does not have: `FROM node:20-alpine` and `apt-get install`.
 * Read from lines of one side each; within a stage, so up to the next `FROM`.
 */
import { splitLines } from '../../text/lines.ts';
import type { OwnLine } from './ownLines.ts';

export interface OtherImage {
  readonly image: string;
  readonly by: OwnLine['by'];
  readonly installs: string;
}

const IMAGE = /^FROM\s+(?:--\S+\s+)?(\S+)/i;
/** By what installs, the images that have it, or do not. */
const INSTALLERS: readonly { readonly line: RegExp; readonly fits: (image: string) => boolean }[] = [
  { line: /\bapt(?:-get)?\s+(?:-\S+\s+)*(?:install|update)\b/, fits: (image) => !isAlpine(image) && !RED.test(image) },
  { line: /\bapk\s+(?:-\S+\s+)*(?:add|update)\b/, fits: (image) => isAlpine(image) || !DEBIAN.test(image) },
  { line: /\b(?:micro)?(?:dnf|yum)\s+(?:-\S+\s+)*install\b/, fits: (image) => !isAlpine(image) && !DEBIAN.test(image) },
];
const isAlpine = (image: string): boolean => /alpine/i.test(image);
const RED = /(?:^|[/:-])(?:fedora|centos|rockylinux|almalinux|amazonlinux|ubi\d?|redhat)/i;
/** Images of a language are Debian's where their tag does not say otherwise. */
const DEBIAN =
  /(?:^|[/:-])(?:debian|ubuntu|buster|bullseye|bookworm|trixie|jammy|noble|focal|slim)|^(?:node|python|golang|ruby|php|rust|openjdk|perl)(?::[\d.]+)?$/i;

/** @param text the result, line by line where `edited` says its lines stand. */
export function otherImageIn(edited: readonly OwnLine[], text: string): OtherImage | undefined {
  const images = edited.filter(({ line }) => IMAGE.test(line));
  if (images.length === 0) return undefined;
  const lines = splitLines(text);
  for (const { line, at, by } of images) {
    const image = IMAGE.exec(line)?.[1] ?? '';
    const next = lines.findIndex((other, k) => k > at && IMAGE.test(other.trim()));
    const end = next < 0 ? lines.length : next;
    const installs = edited.find(
      (one) =>
        one.by !== by &&
        one.at > at &&
        one.at < end &&
        INSTALLERS.some((installer) => installer.line.test(one.line) && !installer.fits(image)),
    );
    if (installs) return { image, by, installs: installs.line };
  }
  return undefined;
}
