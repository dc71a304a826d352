/** C and C++: one policy, as a header may be either and C++'s node types include those of C. Order matters nearly everywhere. */
import type { Policy } from '../policy.ts';

const declared = 'declarator/declarator~';
const parameters = 'declarator/parameters/parameter_declaration|optional_parameter_declaration*/type';
const pointerParameters = 'declarator/declarator/parameters/parameter_declaration|optional_parameter_declaration*/type';

export const cFamily: Policy = {
  commutativeParents: [
    {
      type: 'translation_unit',
      groups: [['preproc_include'], ['function_definition'], ['using_declaration']],
      separator: '\n',
      blankLines: true,
    },
    {
      type: 'declaration_list',
      groups: [['function_definition']],
      separator: '\n',
      open: '{',
      close: '}',
      blankLines: true,
    },
    // Data members stay in order: it is their layout and the order of their initialisation.
    {
      type: 'field_declaration_list',
      groups: [['function_definition']],
      barriers: ['access_specifier'],
      separator: '',
      open: '{',
      close: '}',
    },
    { type: 'initializer_list', groups: [['initializer_pair']], separator: ',', trailing: true, open: '{', close: '}' },
  ],
  orderedLists: [
    { type: 'enumerator_list', separator: ',', trailing: true, open: '{', close: '}' },
    { type: 'argument_list', separator: ',', open: '(', close: ')' },
    { type: 'parameter_list', separator: ',', open: '(', close: ')' },
    { type: 'template_argument_list', separator: ',', open: '<', close: '>' },
    { type: 'template_parameter_list', separator: ',', open: '<', close: '>' },
    { type: 'field_initializer_list', separator: ',' },
    { type: 'base_class_clause', separator: ',' },
    { type: 'compound_statement', separator: '\n', open: '{', close: '}' },
  ],
  signatures: [
    { type: 'preproc_include', key: ['path'] },
    { type: 'preproc_def', key: ['name'] },
    { type: 'preproc_function_def', key: ['name'] },
    { type: 'function_definition', key: [declared, parameters, pointerParameters, 'declarator/type_qualifier'] },
    { type: 'declaration', key: ['declarator*/declarator~', parameters, pointerParameters] },
    { type: 'field_declaration', key: ['declarator*/declarator~', parameters, pointerParameters] },
    {
      type: 'template_declaration',
      key: ['parameters', 'function_definition|class_specifier|struct_specifier|declaration|alias_declaration!'],
    },
    { type: 'struct_specifier', key: ['name'], as: 'tag' },
    { type: 'union_specifier', key: ['name'], as: 'tag' },
    { type: 'enum_specifier', key: ['name'], as: 'tag' },
    { type: 'class_specifier', key: ['name'], as: 'tag' },
    { type: 'type_definition', key: ['declarator'] },
    { type: 'alias_declaration', key: ['name'] },
    { type: 'enumerator', key: ['name'] },
    { type: 'initializer_pair', key: ['designator*'] },
    { type: 'using_declaration', key: ['.'] },
  ],
  atomic: [
    'string_literal',
    'raw_string_literal',
    'char_literal',
    'system_lib_string',
    'comment',
    'preproc_arg',
    'preproc_call',
    'concatenated_string',
    'number_literal',
  ],
  comments: ['comment'],
  imports: ['preproc_include', 'using_declaration'],
  definitions: [
    { type: 'function_definition', kind: 'function', name: declared },
    { type: 'class_specifier', kind: 'class', name: 'name' },
    { type: 'struct_specifier', kind: 'struct', name: 'name' },
    { type: 'union_specifier', kind: 'struct', name: 'name' },
    { type: 'enum_specifier', kind: 'enum', name: 'name' },
    { type: 'enumerator', kind: 'enumMember', name: 'name', body: 'none' },
    { type: 'type_definition', kind: 'type', name: declared, body: 'type/body' },
    { type: 'alias_declaration', kind: 'type', name: 'name', body: 'none' },
    { type: 'namespace_definition', kind: 'module', name: 'name' },
    { type: 'field_declaration', kind: 'field', name: declared, body: 'default_value' },
    { type: 'declaration', kind: 'variable', name: declared, body: 'declarator/value' },
    { type: 'preproc_def', kind: 'macro', name: 'name', body: 'none' },
    { type: 'preproc_function_def', kind: 'macro', name: 'name', body: 'value' },
  ],
  lineComment: '//',
  blockComment: ['/*', '*/'],
  caseSensitive: true,
};
