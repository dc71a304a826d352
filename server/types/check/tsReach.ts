/**
 * What of a file a fill's type reaches beyond its own statement: uses of the name that its statement declares and of what is made of them,
 * and, where nothing says what a function gives back, the code that the function is given to or called in. It is read from the text alone:
 * a name is a word, and in doubt more is looked at.
 */
import type ts from 'typescript';
import type { Ts } from '../tsConfig.ts';

/** Statements and members outside of each other, with the innermost statement around `[start, end)` where its value goes on. */
export function reachedFrom(tsc: Ts, file: ts.SourceFile, start: number, end: number): readonly ts.Node[] {
  const walk = new Walk(tsc, file, start, end);
  for (const node of pathTo(tsc, file, start, end).reverse()) if (!walk.goOn(node)) break;
  return walk.found;
}

/** From the file down to the smallest node that holds the range. */
export function pathTo(tsc: Ts, file: ts.SourceFile, start: number, end: number): ts.Node[] {
  const path: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    path.push(node);
    const inner = tsc.forEachChild(node, (child) => (child.pos <= start && child.end >= end ? child : undefined));
    if (inner) visit(inner);
  };
  visit(file);
  return path;
}

class Walk {
  private readonly nodes = new Set<ts.Node>();
  /** Names that tell the type within the block around, and those that tell it beyond. */
  private readonly local = new Set<string>();
  private readonly wide = new Set<string>();
  /** Whether the node that was last gone through has the type, and whether the function around gives it back. */
  private isValue = true;
  private isGiven = false;
  private readonly tsc: Ts;
  private readonly file: ts.SourceFile;
  private readonly start: number;
  private readonly end: number;

  constructor(tsc: Ts, file: ts.SourceFile, start: number, end: number) {
    this.tsc = tsc;
    this.file = file;
    this.start = start;
    this.end = end;
  }

  get found(): readonly ts.Node[] {
    const all = [...this.nodes];
    const isInside = (node: ts.Node, other: ts.Node): boolean =>
      other !== node && other.pos <= node.pos && other.end >= node.end;
    return all.filter((node) => !all.some((other) => isInside(node, other)));
  }

  /** False: what is further out does not see the type. */
  goOn(at: ts.Node): boolean {
    const { tsc } = this;
    if (tsc.isFunctionLike(at)) return this.leaveFunction(at);
    if (tsc.isClassStaticBlockDeclaration(at)) return false;
    if (tsc.isPropertyDeclaration(at)) return this.leaveProperty(at);
    if (tsc.isYieldExpression(at)) this.isGiven ||= this.isValue;
    else if (tsc.isParameter(at) && at.type && !this.holds(at.type)) this.isValue = false;
    else if (tsc.isBlock(at) || tsc.isCaseBlock(at)) this.local.clear();
    else if (tsc.isClassLike(at)) this.leaveClass(at);
    else if (tsc.isStatement(at)) this.leaveStatement(at);
    return true;
  }

  private holds(node: ts.Node): boolean {
    return node.pos <= this.start && node.end >= this.end;
  }

  private leaveFunction(at: ts.SignatureDeclaration): boolean {
    const { tsc } = this;
    const body = 'body' in at ? (at.body as ts.Node | undefined) : undefined;
    if (body && this.holds(body)) {
      if (at.type || tsc.isConstructorDeclaration(at) || tsc.isSetAccessor(at)) return false;
      // A fill may be a body of its own.
      const isWithin = tsc.isBlock(body) && body.getStart(this.file) < this.start;
      this.isValue = isWithin ? this.isGiven : this.isValue && !isPlain(tsc, body);
    } else if (body && this.isValue) this.nodes.add(at);
    this.isGiven = false;
    this.local.clear();
    this.wide.clear();
    if (!this.isValue) return false;
    if (tsc.isFunctionDeclaration(at)) {
      this.isValue = false;
      if (at.name) this.local.add(at.name.text);
      this.spread(at);
    } else if (tsc.isClassLike(at.parent)) this.name(at.name);
    return true;
  }

  private leaveProperty(at: ts.PropertyDeclaration): boolean {
    if (at.type && !this.holds(at.type)) return false;
    this.name(at.name);
    return true;
  }

  private name(name: ts.PropertyName | undefined): void {
    this.isValue = false;
    if (name && 'text' in name) this.wide.add(name.text);
  }

  private leaveClass(at: ts.ClassLikeDeclaration): void {
    const words = this.words();
    if (words) {
      for (const member of at.members) if (!this.holds(member) && this.mentions(member, words)) this.nodes.add(member);
      // That the class is what it says to be is told of it as a whole.
      if (at.heritageClauses) this.nodes.add(at);
    }
    if (at.name && (words || this.isValue)) this.local.add(at.name.text);
    this.isValue = !this.tsc.isClassDeclaration(at);
    this.spread(at);
  }

  private leaveStatement(at: ts.Statement): void {
    const { tsc, isValue } = this;
    this.isValue = false;
    if (isValue) {
      this.nodes.add(at);
      if (tsc.isVariableStatement(at)) this.declare(at.declarationList);
      else if (tsc.isReturnStatement(at)) this.isGiven ||= !isPlain(tsc, at.expression);
      else if (tsc.isExpressionStatement(at)) this.assign(at.expression);
      else if (tsc.isForOfStatement(at) || tsc.isForInStatement(at) || tsc.isForStatement(at)) this.loop(at);
      else if (tsc.isInterfaceDeclaration(at) || tsc.isTypeAliasDeclaration(at) || tsc.isEnumDeclaration(at))
        this.local.add(at.name.text);
    }
    this.spread(at);
  }

  private declare({ declarations }: ts.VariableDeclarationList): void {
    for (const each of declarations) {
      const isOpen = this.holds(each) && (!each.type || this.holds(each.type));
      if (isOpen) for (const name of namesOf(this.tsc, each.name)) this.local.add(name);
    }
  }

  /** What is assigned narrows its variable, and what is put into a list that began empty is its type. */
  private assign(expression: ts.Expression): void {
    const { tsc } = this;
    const isCall = tsc.isCallExpression(expression);
    if (!isCall && !tsc.isBinaryExpression(expression)) return;
    let at: ts.Expression = isCall ? expression.expression : expression.left;
    while (tsc.isPropertyAccessExpression(at) || tsc.isElementAccessExpression(at)) at = at.expression;
    if (!tsc.isIdentifier(at)) return;
    const isEmpty = new RegExp(`(?<![\\w$])${at.text.replaceAll('$', '\\$')}\\s*=\\s*\\[\\s*\\]`);
    if (!isCall || isEmpty.test(this.file.text)) this.wide.add(at.text);
  }

  private loop({ initializer, statement }: ts.ForOfStatement | ts.ForInStatement | ts.ForStatement): void {
    if (!initializer || !this.tsc.isVariableDeclarationList(initializer)) return;
    for (const { name } of initializer.declarations) for (const each of namesOf(this.tsc, name)) this.local.add(each);
    const words = this.words();
    this.isGiven ||= words !== undefined && this.givesBack(statement, words);
    this.local.clear();
  }

  /** The statements beside `own` that mention what tells the type, and those that mention what is made of it there. */
  private spread(own: ts.Node): void {
    const { parent } = own;
    let words = this.words();
    if (!words || !('statements' in parent)) return;
    const others = new Set(parent.statements as ts.NodeArray<ts.Statement>); // as all that have statements
    others.delete(own as ts.Statement);
    for (let size = -1; size !== this.local.size; ) {
      size = this.local.size;
      for (const each of others) {
        if (this.tsc.isImportDeclaration(each) || !this.mentions(each, words)) continue;
        others.delete(each);
        for (const part of this.partsOf(each, words)) this.nodes.add(part);
        this.isGiven ||= this.givesBack(each, words);
        for (const name of this.madeBy(each, words)) this.local.add(name);
      }
      words = this.words() ?? words;
    }
  }

  private partsOf(statement: ts.Statement, words: RegExp): readonly ts.Node[] {
    if (!this.tsc.isClassDeclaration(statement) || statement.heritageClauses) return [statement];
    return statement.members.filter((member) => this.mentions(member, words));
  }

  private words(): RegExp | undefined {
    const names = [...this.local, ...this.wide];
    return names.length === 0 ? undefined : wordsOf(names);
  }

  private mentions(node: ts.Node, words: RegExp): boolean {
    return words.test(this.file.text.slice(node.pos, node.end));
  }

  private givesBack(node: ts.Node, words: RegExp): boolean {
    const { tsc } = this;
    if (tsc.isFunctionLike(node) || tsc.isClassLike(node)) return false;
    if (tsc.isReturnStatement(node)) return !isPlain(tsc, node.expression) && this.mentions(node, words);
    return tsc.forEachChild(node, (child) => this.givesBack(child, words) || undefined) ?? false;
  }

  /** What a statement that mentions the type is known by, where no annotation stands between. */
  private madeBy(statement: ts.Statement, words: RegExp): readonly string[] {
    const { tsc } = this;
    if (tsc.isFunctionDeclaration(statement)) {
      const { type, body, name } = statement;
      const isOpen = !type && body?.statements.some((each) => this.givesBack(each, words));
      return isOpen && name ? [name.text] : [];
    }
    if (!tsc.isVariableStatement(statement)) return [];
    const open = statement.declarationList.declarations.filter((each) => !each.type && this.mentions(each, words));
    return open.flatMap(({ name }) => namesOf(tsc, name));
  }
}

/** What is of one type whatever it holds. */
function isPlain(tsc: Ts, value: ts.Node | undefined): boolean {
  if (!value) return true;
  if (tsc.isParenthesizedExpression(value)) return isPlain(tsc, value.expression);
  return tsc.isJsxElement(value) || tsc.isJsxSelfClosingElement(value) || tsc.isJsxFragment(value);
}

function namesOf(tsc: Ts, name: ts.BindingName): readonly string[] {
  if (tsc.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((each) => (tsc.isBindingElement(each) ? namesOf(tsc, each.name) : []));
}

const wordsOf = (names: readonly string[]): RegExp =>
  new RegExp(`(?<![\\w$])(?:${names.map((name) => name.replaceAll('$', '\\$')).join('|')})(?![\\w$])`);
