/** Bash, PHP and Ruby. */
import type { Policy } from '../policy.ts';

export const bash: Policy = {
  commutativeParents: [{ type: 'program', groups: [['function_definition']], separator: '\n', blankLines: true }],
  orderedLists: [
    { type: 'compound_statement', separator: '\n', open: '{', close: '}' },
    { type: 'do_group', separator: '\n', open: 'do', close: 'done' },
    { type: 'array', separator: ' ', open: '(', close: ')' },
  ],
  signatures: [
    { type: 'function_definition', key: ['name'] },
    { type: 'variable_assignment', key: ['name'] },
    { type: 'case_item', key: ['value*'] },
  ],
  atomic: [
    'string',
    'raw_string',
    'ansi_c_string',
    'heredoc_body',
    'heredoc_redirect',
    'herestring_redirect',
    'comment',
    'regex',
    'concatenation',
    'word',
  ],
  comments: ['comment'],
  imports: [],
  definitions: [
    { type: 'function_definition', kind: 'function', name: 'name' },
    {
      type: 'variable_assignment',
      kind: 'variable',
      name: 'name',
      body: 'none',
      inside: ['program', 'declaration_command'],
    },
  ],
  lineComment: '#',
  caseSensitive: true,
};

const phpModifiers = [
  'visibility_modifier',
  'static_modifier',
  'final_modifier',
  'abstract_modifier',
  'readonly_modifier',
  'var_modifier',
];
const phpMembers = ['method_declaration', 'property_declaration', 'const_declaration', 'use_declaration'];
const phpDeclarations = [
  'class_declaration',
  'interface_declaration',
  'trait_declaration',
  'enum_declaration',
  'function_definition',
];
const phpModified = ['method_declaration', 'property_declaration', 'const_declaration', 'class_declaration'] as const;

export const php: Policy = {
  commutativeParents: [
    { type: 'program', groups: [['namespace_use_declaration'], phpDeclarations], separator: '\n', blankLines: true },
    {
      type: 'compound_statement',
      inside: ['namespace_definition'],
      groups: [['namespace_use_declaration'], phpDeclarations],
      separator: '\n',
      open: '{',
      close: '}',
    },
    { type: 'declaration_list', groups: [phpMembers], separator: '', open: '{', close: '}', blankLines: true },
    {
      type: 'enum_declaration_list',
      groups: [['method_declaration'], ['enum_case']],
      separator: '',
      open: '{',
      close: '}',
      blankLines: true,
    },
    {
      type: 'namespace_use_group',
      groups: [['namespace_use_clause']],
      separator: ',',
      trailing: true,
      open: '{',
      close: '}',
    },
    { type: 'class_interface_clause', groups: [['*']], separator: ',' },
    { type: 'use_declaration', groups: [['name', 'qualified_name']], separator: ',' },
    { type: 'union_type', groups: [['*']], separator: '|' },
    ...phpModified.map((type) => ({ type, groups: [phpModifiers], separator: ' ' as const })),
  ],
  orderedLists: [
    { type: 'array_creation_expression', separator: ',', trailing: true, open: '[', close: ']' },
    { type: 'arguments', separator: ',', trailing: true, open: '(', close: ')' },
    { type: 'formal_parameters', separator: ',', trailing: true, open: '(', close: ')' },
    { type: 'compound_statement', separator: '\n', open: '{', close: '}' },
    { type: 'match_block', separator: ',', trailing: true, open: '{', close: '}' },
  ],
  signatures: [
    { type: 'namespace_use_declaration', key: ['namespace_use_clause*', 'namespace_name', 'type'] },
    { type: 'namespace_use_clause', key: ['qualified_name|name', 'alias'] },
    { type: 'class_declaration', key: ['name'], as: 'class' },
    { type: 'interface_declaration', key: ['name'], as: 'class' },
    { type: 'trait_declaration', key: ['name'], as: 'class' },
    { type: 'enum_declaration', key: ['name'], as: 'class' },
    { type: 'function_definition', key: ['name'] },
    { type: 'method_declaration', key: ['name'] },
    { type: 'property_declaration', key: ['property_element*/name'] },
    { type: 'const_declaration', key: ['const_element*/name'] },
    { type: 'use_declaration', key: ['name*', 'qualified_name*'] },
    { type: 'enum_case', key: ['name'] },
    { type: 'name', key: ['.'] },
    { type: 'qualified_name', key: ['.'], as: 'name' },
    ...phpModifiers.map((type) => ({ type, key: ['.'] })),
  ],
  atomic: [
    'string',
    'encapsed_string',
    'heredoc',
    'nowdoc',
    'comment',
    'text',
    'text_interpolation',
    'shell_command_expression',
  ],
  comments: ['comment'],
  imports: ['namespace_use_declaration'],
  definitions: [
    { type: 'class_declaration', kind: 'class', name: 'name' },
    { type: 'interface_declaration', kind: 'interface', name: 'name' },
    { type: 'trait_declaration', kind: 'trait', name: 'name' },
    { type: 'enum_declaration', kind: 'enum', name: 'name' },
    { type: 'enum_case', kind: 'enumMember', name: 'name', body: 'none' },
    { type: 'function_definition', kind: 'function', name: 'name' },
    { type: 'method_declaration', kind: 'method', name: 'name' },
    { type: 'property_declaration', kind: 'field', name: 'property_element/name', body: 'none' },
    { type: 'const_declaration', kind: 'constant', name: 'const_element/name', body: 'none' },
    { type: 'namespace_use_clause', kind: 'import', name: 'alias|qualified_name|name' },
  ],
  lineComment: '//',
  blockComment: ['/*', '*/'],
  caseSensitive: true,
};

const rubyBody = {
  groups: [['method', 'singleton_method']],
  barriers: ['identifier'],
  separator: '\n',
  blankLines: true,
} as const;

export const ruby: Policy = {
  commutativeParents: [
    // A bare `private` changes every method after it.
    { type: 'body_statement', inside: ['class', 'module', 'singleton_class'], ...rubyBody },
    { type: 'program', groups: [['method', 'class', 'module']], separator: '\n', blankLines: true },
    {
      type: 'hash',
      groups: [['pair']],
      barriers: ['hash_splat_argument'],
      separator: ',',
      trailing: true,
      open: '{',
      close: '}',
    },
  ],
  orderedLists: [
    { type: 'array', separator: ',', trailing: true, open: '[', close: ']' },
    { type: 'argument_list', separator: ',', trailing: true, open: '(', close: ')' },
    { type: 'method_parameters', separator: ',', open: '(', close: ')' },
    { type: 'body_statement', separator: '\n' },
    { type: 'block_body', separator: '\n' },
    { type: 'then', separator: '\n' },
  ],
  signatures: [
    { type: 'method', key: ['name'] },
    { type: 'singleton_method', key: ['object', 'name'] },
    { type: 'class', key: ['name'], as: 'constant' },
    { type: 'module', key: ['name'], as: 'constant' },
    { type: 'pair', key: ['key'] },
    { type: 'keyword_parameter', key: ['name'] },
  ],
  atomic: [
    'string',
    'heredoc_body',
    'regex',
    'comment',
    'string_array',
    'symbol_array',
    'delimited_symbol',
    'subshell',
    'character',
    'uninterpreted',
  ],
  comments: ['comment'],
  imports: [],
  definitions: [
    { type: 'class', kind: 'class', name: 'name' },
    { type: 'module', kind: 'module', name: 'name' },
    { type: 'method', kind: 'method', name: 'name' },
    { type: 'singleton_method', kind: 'method', name: 'name' },
    { type: 'assignment', kind: 'constant', name: 'left', body: 'right', inside: ['body_statement', 'program'] },
  ],
  lineComment: '#',
  caseSensitive: true,
};
