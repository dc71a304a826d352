/** Which nodes of a grammar declare something, and which are bodies that a header leaves out. Data, one entry a language. */
import type { LanguageId } from '../../syntax/languages.ts';
import type { SymbolKind } from './indexOutline.ts';

type Kinds = Partial<Record<SymbolKind | 'scope', string>>;

interface Entry {
  readonly kinds: Kinds;
  readonly bodies: string;
}

const ecma: Entry = {
  kinds: {
    type: 'class_declaration abstract_class_declaration class interface_declaration type_alias_declaration enum_declaration',
    function: 'function_declaration generator_function_declaration function_signature',
    member:
      'method_definition method_signature abstract_method_signature public_field_definition field_definition property_signature',
    value: 'variable_declarator',
    enumMember: 'enum_assignment',
    scope: 'internal_module',
  },
  bodies: 'statement_block class_body interface_body enum_body',
};

const entries: Partial<Record<LanguageId, Entry>> = {
  typescript: ecma,
  tsx: ecma,
  javascript: ecma,
  java: {
    kinds: {
      type: 'class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration',
      member:
        'method_declaration constructor_declaration field_declaration constant_declaration annotation_type_element_declaration',
      enumMember: 'enum_constant',
    },
    bodies: 'block constructor_body class_body interface_body enum_body annotation_type_body',
  },
  python: {
    kinds: { type: 'class_definition', function: 'function_definition', value: 'assignment' },
    bodies: 'block',
  },
  csharp: {
    kinds: {
      type: 'class_declaration interface_declaration struct_declaration record_declaration enum_declaration',
      member:
        'method_declaration constructor_declaration property_declaration field_declaration delegate_declaration event_field_declaration',
      enumMember: 'enum_member_declaration',
    },
    bodies: 'block declaration_list accessor_list arrow_expression_clause enum_member_declaration_list',
  },
  go: {
    kinds: {
      type: 'type_spec type_alias',
      function: 'function_declaration method_declaration',
      member: 'field_declaration method_elem method_spec',
      value: 'const_spec var_spec',
    },
    bodies: 'block field_declaration_list',
  },
  rust: {
    kinds: {
      type: 'struct_item enum_item trait_item type_item',
      function: 'function_item function_signature_item macro_definition',
      member: 'field_declaration',
      value: 'const_item static_item',
      enumMember: 'enum_variant',
      scope: 'impl_item',
    },
    bodies: 'block declaration_list field_declaration_list enum_variant_list',
  },
  kotlin: {
    kinds: {
      type: 'class_declaration object_declaration',
      function: 'function_declaration',
      value: 'property_declaration',
      enumMember: 'enum_entry',
    },
    bodies: 'class_body function_body enum_class_body',
  },
};

export class NodeTypes {
  readonly kinds: ReadonlyMap<string, SymbolKind | 'scope'>;
  readonly bodies: ReadonlySet<string>;
  /** `#` starts a comment. */
  readonly hash: boolean;
  /** Only what a file exports can be named elsewhere. */
  readonly modules: boolean;

  private constructor(entry: Entry, hash: boolean) {
    this.hash = hash;
    this.modules = entry === ecma;
    const kinds = new Map<string, SymbolKind | 'scope'>();
    for (const [kind, names] of Object.entries(entry.kinds)) {
      for (const name of names.split(' ')) kinds.set(name, kind as SymbolKind | 'scope'); // keys of `Kinds`, by its type
    }
    this.kinds = kinds;
    this.bodies = new Set(entry.bodies.split(' '));
  }

  static readonly #known = new Map<LanguageId, NodeTypes>();

  static of(id: LanguageId): NodeTypes | undefined {
    const known = NodeTypes.#known.get(id);
    if (known) return known;
    const entry = entries[id];
    if (!entry) return undefined;
    const made = new NodeTypes(entry, id === 'python');
    NodeTypes.#known.set(id, made);
    return made;
  }
}
