/** Python: imports and functions commute, statements do not; blocks are held together by indentation. */
import type { Policy } from '../policy.ts';

const functions = ['function_definition', 'class_definition', 'decorated_definition'];

export const python: Policy = {
  commutativeParents: [
    {
      type: 'module',
      groups: [['import_statement', 'import_from_statement'], functions],
      barriers: ['future_import_statement'],
      separator: '\n',
      blankLines: true,
    },
    { type: 'block', inside: ['class_definition'], groups: [functions], separator: '\n', blankLines: true },
    {
      type: 'import_from_statement',
      groups: [['name:dotted_name', 'name:aliased_import']],
      separator: ',',
      trailing: true,
      open: '(',
      close: ')',
    },
    { type: 'import_statement', groups: [['name:dotted_name', 'name:aliased_import']], separator: ',' },
    {
      type: 'dictionary',
      groups: [['pair']],
      barriers: ['dictionary_splat'],
      separator: ',',
      trailing: true,
      open: '{',
      close: '}',
    },
    { type: 'set', groups: [['*']], separator: ',', trailing: true, open: '{', close: '}' },
    {
      type: 'argument_list',
      groups: [['keyword_argument']],
      barriers: ['dictionary_splat', 'list_splat'],
      separator: ',',
      trailing: true,
      open: '(',
      close: ')',
    },
  ],
  orderedLists: [
    { type: 'block', separator: '\n' },
    { type: 'list', separator: ',', trailing: true, open: '[', close: ']' },
    { type: 'tuple', separator: ',', trailing: true, open: '(', close: ')' },
    { type: 'parameters', separator: ',', trailing: true, open: '(', close: ')' },
    { type: 'type_parameter', separator: ',', trailing: true, open: '[', close: ']' },
  ],
  signatures: [
    { type: 'import_statement', key: ['name*'] },
    { type: 'import_from_statement', key: ['module_name'] },
    { type: 'dotted_name', key: ['.'], as: 'name' },
    { type: 'aliased_import', key: ['name', 'alias'], as: 'aliased' },
    { type: 'function_definition', key: ['name'], as: 'definition' },
    { type: 'class_definition', key: ['name'], as: 'definition' },
    // `@overload`, `@x.setter`, `@x.getter` define one name again on purpose.
    { type: 'decorated_definition', key: ['definition!', 'decorator*/attribute', 'decorator*/identifier'] },
    { type: 'pair', key: ['key'] },
    { type: 'keyword_argument', key: ['name'] },
    { type: 'typed_parameter', key: ['identifier'], as: 'parameter' },
    { type: 'default_parameter', key: ['name'], as: 'parameter' },
    { type: 'typed_default_parameter', key: ['name'], as: 'parameter' },
  ],
  atomic: ['string', 'comment', 'concatenated_string', 'line_continuation'],
  comments: ['comment'],
  imports: ['import_statement', 'import_from_statement', 'future_import_statement'],
  definitions: [
    { type: 'class_definition', kind: 'class', name: 'name' },
    { type: 'function_definition', kind: 'function', name: 'name' },
    { type: 'assignment', kind: 'variable', name: 'left', body: 'right', inside: ['expression_statement'] },
    {
      type: 'dotted_name',
      kind: 'import',
      name: '.',
      inside: ['import_statement', 'import_from_statement'],
      field: 'name',
    },
    { type: 'aliased_import', kind: 'import', name: 'alias' },
  ],
  lineComment: '#',
  caseSensitive: true,
  indented: true,
};
