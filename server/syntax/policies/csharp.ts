/** C#. Modifiers and attributes are children of the declaration itself, so every declaration is a commutative parent. */
import type { CommutativeParent, Definition, Policy, Signature } from '../policy.ts';

const types = [
  'class_declaration',
  'struct_declaration',
  'interface_declaration',
  'record_declaration',
  'enum_declaration',
  'delegate_declaration',
];
const members = [
  'method_declaration',
  'property_declaration',
  'field_declaration',
  'constructor_declaration',
  'destructor_declaration',
  'event_field_declaration',
  'event_declaration',
  'indexer_declaration',
  'operator_declaration',
  'conversion_operator_declaration',
];
const parameterTypes = 'parameters/parameter*/type';
/** `ref` and its like tell overloads apart. */
const parameterModifiers = 'parameters/parameter*/modifier*';
const container = {
  groups: [['using_directive'], [...types, ...members, 'namespace_declaration']],
  blankLines: true,
} as const;
const modified: readonly CommutativeParent[] = [...types, ...members].map((type) => ({
  type,
  groups: [['attribute_list'], ['modifier']],
  separator: ' ',
}));
const typeSignatures: readonly Signature[] = types.map((type) => ({
  type,
  key: ['name', 'type_parameter_list'],
  as: 'class',
}));

export const csharp: Policy = {
  commutativeParents: [
    { type: 'compilation_unit', separator: '\n', ...container },
    { type: 'file_scoped_namespace_declaration', separator: '\n', ...container },
    {
      type: 'declaration_list',
      separator: '',
      open: '{',
      close: '}',
      barriers: ['preproc_if', 'preproc_region'],
      ...container,
    },
    ...modified,
    { type: 'attribute_list', groups: [['attribute']], separator: ',', open: '[', close: ']' },
    { type: 'accessor_list', groups: [['accessor_declaration']], separator: ' ', open: '{', close: '}' },
  ],
  orderedLists: [
    { type: 'enum_member_declaration_list', separator: ',', trailing: true, open: '{', close: '}' },
    // Only the first of a base list may be a class.
    { type: 'base_list', separator: ',' },
    { type: 'argument_list', separator: ',', open: '(', close: ')' },
    { type: 'attribute_argument_list', separator: ',', open: '(', close: ')' },
    { type: 'parameter_list', separator: ',', open: '(', close: ')' },
    { type: 'type_argument_list', separator: ',', open: '<', close: '>' },
    { type: 'type_parameter_list', separator: ',', open: '<', close: '>' },
    { type: 'initializer_expression', separator: ',', trailing: true, open: '{', close: '}' },
    { type: 'block', separator: '\n', open: '{', close: '}' },
    { type: 'switch_body', separator: '\n', open: '{', close: '}' },
  ],
  signatures: [
    { type: 'using_directive', key: ['name', 'qualified_name|alias_qualified_name', 'identifier', 'static'] },
    ...typeSignatures,
    { type: 'namespace_declaration', key: ['name'] },
    {
      type: 'method_declaration',
      key: ['name', 'explicit_interface_specifier', 'type_parameters', parameterTypes, parameterModifiers],
    },
    { type: 'constructor_declaration', key: ['name', parameterTypes, parameterModifiers, 'modifier*'] },
    { type: 'destructor_declaration', key: ['name'] },
    { type: 'property_declaration', key: ['name', 'explicit_interface_specifier'], as: 'field' },
    { type: 'event_declaration', key: ['name', 'explicit_interface_specifier'], as: 'field' },
    { type: 'field_declaration', key: ['variable_declaration/variable_declarator*/name', ''], as: 'field' },
    { type: 'event_field_declaration', key: ['variable_declaration/variable_declarator*/name', ''], as: 'field' },
    { type: 'indexer_declaration', key: [parameterTypes, 'explicit_interface_specifier'] },
    { type: 'operator_declaration', key: ['operator', parameterTypes] },
    { type: 'conversion_operator_declaration', key: ['type', parameterTypes] },
    { type: 'enum_member_declaration', key: ['name'] },
    { type: 'accessor_declaration', key: ['name'] },
    { type: 'modifier', key: ['.'] },
    { type: 'attribute_list', key: ['attribute*/name'] },
    { type: 'attribute', key: ['name'] },
    { type: 'parameter', key: ['name'] },
  ],
  atomic: [
    'string_literal',
    'verbatim_string_literal',
    'raw_string_literal',
    'interpolated_string_expression',
    'character_literal',
    'comment',
    'preproc_region',
    'preproc_endregion',
    'preproc_pragma',
    'preproc_define',
  ],
  comments: ['comment'],
  imports: ['using_directive'],
  definitions: [
    ...types.map((type): Definition => ({ type, kind: kindOf(type), name: 'name' })),
    { type: 'namespace_declaration', kind: 'module', name: 'name' },
    { type: 'file_scoped_namespace_declaration', kind: 'module', name: 'name', body: 'none' },
    { type: 'method_declaration', kind: 'method', name: 'name' },
    { type: 'local_function_statement', kind: 'function', name: 'name' },
    { type: 'constructor_declaration', kind: 'constructor', name: 'name' },
    { type: 'property_declaration', kind: 'property', name: 'name', body: 'accessors|value' },
    { type: 'field_declaration', kind: 'field', name: 'variable_declaration/variable_declarator/name', body: 'none' },
    {
      type: 'event_field_declaration',
      kind: 'field',
      name: 'variable_declaration/variable_declarator/name',
      body: 'none',
    },
    { type: 'enum_member_declaration', kind: 'enumMember', name: 'name' },
  ],
  lineComment: '//',
  blockComment: ['/*', '*/'],
  caseSensitive: true,
};

function kindOf(type: string): Definition['kind'] {
  if (type === 'interface_declaration') return 'interface';
  if (type === 'enum_declaration') return 'enum';
  if (type === 'struct_declaration') return 'struct';
  return type === 'delegate_declaration' ? 'type' : 'class';
}
