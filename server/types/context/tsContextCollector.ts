/**
 * Where the parts of a typed context put what they found: no declaration twice, each with its score and its reason, members
 * ranked by what the file and the hole name.
 */
import type ts from 'typescript';
import { counterpart } from '../tsApart.ts';
import type { Ts } from '../tsConfig.ts';
import type { HoleState } from '../tsHole.ts';
import { cheapHeader, header, type MemberRank, type PrintHeader, typeDeclaration, writtenHeader } from '../tsPrint.ts';
import type { TypedItem, TypedSource } from '../typeEngine.ts';
import { likeness } from '../words.ts';
import { contextScore } from './contextScore.ts';

/** Collects items: no declaration twice, the best score kept. */
export class Collector {
  readonly items: TypedItem[] = [];
  private readonly seen = new Set<ts.Node | string>();
  readonly state: HoleState;
  readonly rank: MemberRank;

  constructor(state: HoleState, hints: readonly string[]) {
    this.state = state;
    this.rank = memberRank(state, hints);
  }

  has(key: ts.Node | string): boolean {
    const own = typeof key === 'string' ? key : this.asOfBuffer(key);
    return own === undefined || this.seen.has(own);
  }

  /** Other files mean the declarations of the file that the buffer stands beside. */
  private asOfBuffer(node: ts.Node): ts.Node | undefined {
    const { tsc, file, beside } = this.state.snapshot;
    return beside && node.getSourceFile() === beside ? counterpart(tsc, file, node) : node;
  }

  /** The declaration of a type, in one or two pieces. */
  type(declaration: ts.Node, source: TypedSource, depth: number, reason: string): void {
    const node = this.asOfBuffer(declaration);
    if (!node || this.seen.has(node)) return;
    this.seen.add(node);
    // A class that may only be imported has many members.
    const print = source === 'export' ? writtenHeader : printerOf(source, depth);
    const pieces = typeDeclaration(this.state.snapshot, node, this.rank, print);
    for (const [i, piece] of pieces.entries()) {
      this.push(node, source, depth + (i === 0 ? 0 : 2), piece.text, piece.names, reason);
    }
  }

  header(declaration: ts.Node, name: string, source: TypedSource, depth: number, reason: string, prefix = ''): void {
    const node = this.asOfBuffer(declaration);
    if (!node || this.seen.has(node)) return;
    this.seen.add(node);
    this.push(node, source, depth, prefix + printerOf(source, depth)(this.state.snapshot, node), [name], reason);
  }

  text(key: string, source: TypedSource, depth: number, text: string, names: readonly string[], reason: string): void {
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const path = this.state.request.file;
    const score = contextScore(this.state.place, source, depth);
    this.items.push({ source, path, name: names[0] ?? key, text, names, score, depth, reason });
  }

  /** Names without a text: not worth one yet, but worth judging. */
  names(source: TypedSource, depth: number, names: readonly string[], reason: string): void {
    const { place, request } = this.state;
    const score = contextScore(place, source, depth);
    this.items.push({ source, path: request.file, name: '', text: '', names, score, depth, reason });
  }

  private push(
    node: ts.Node,
    source: TypedSource,
    depth: number,
    text: string,
    names: readonly string[],
    reason: string,
  ): void {
    const { snapshot, place, request } = this.state;
    const file = node.getSourceFile();
    const isOwn = file === snapshot.file;
    const shift = snapshot.file.text.length - request.text.length;
    const back = (at: number): number => (isOwn && at > request.offset ? at - shift : at);
    const statement = snapshot.tsc.isVariableDeclaration(node) ? node.parent.parent : node;
    const span = { start: back(statement.getStart(file)), end: back(statement.end) };
    const score = contextScore(place, source, depth);
    this.items.push({
      source,
      path: isOwn ? request.file : file.fileName,
      name: names[0] ?? '',
      text,
      names,
      span,
      score,
      depth,
      reason,
    });
  }
}

/** What is only near is many declarations: the types of few of them are worth inferring. */
function printerOf(source: TypedSource, depth: number): PrintHeader {
  const isNear = source === 'import' || source === 'skeleton' || source === 'export';
  return isNear || depth >= 1.5 ? cheapHeader : header;
}

/** Members are likelier when the file already names them, when they sound like the hole, or when they were hinted at. */
function memberRank(state: HoleState, hints: readonly string[]): MemberRank {
  const words = new Set(state.request.text.match(/[A-Za-z_$][\w$]*/g));
  const near = new Set(
    state.request.text
      .slice(Math.max(0, state.request.offset - 3000), state.request.offset + 1000)
      .match(/[A-Za-z_$][\w$]*/g),
  );
  const hinted = new Set(hints);
  const sounds = [state.name, state.hole.callee?.split('.').at(-1), state.hole.enclosing].filter(
    (s) => s !== undefined,
  );
  return (name) => {
    let rank = words.has(name) ? 1 : 0;
    if (near.has(name)) rank += 0.5;
    if (hinted.has(name)) rank += 2;
    for (const sound of sounds) rank += likeness(sound, name);
    return rank;
  };
}

export function isOfProject(state: HoleState, node: ts.Node): boolean {
  const file = node.getSourceFile();
  return (
    !state.snapshot.program.isSourceFileDefaultLibrary(file) &&
    !/\/node_modules\/(?:@types\/node|typescript)\//.test(file.fileName)
  );
}

export function isTypeDeclaration(tsc: Ts, node: ts.Node): boolean {
  return (
    tsc.isInterfaceDeclaration(node) ||
    tsc.isClassLike(node) ||
    tsc.isTypeAliasDeclaration(node) ||
    tsc.isEnumDeclaration(node)
  );
}

export function importComment(state: HoleState, path: string | undefined): string {
  if (path === undefined) return '';
  const root = `${state.snapshot.project.root}/`;
  return `// ${path.startsWith(root) ? path.slice(root.length) : path}\n`;
}
