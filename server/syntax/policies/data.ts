/** Formats that hold data: JSON, YAML, TOML, properties and XML. Keys are the identity of an entry. */
import type { Policy } from '../policy.ts';

export const json: Policy = {
  commutativeParents: [{ type: 'object', groups: [['pair']], separator: ',', open: '{', close: '}' }],
  orderedLists: [{ type: 'array', separator: ',', open: '[', close: ']' }],
  signatures: [{ type: 'pair', key: ['key'] }],
  atomic: ['string', 'number', 'comment'],
  comments: ['comment'],
  imports: [],
  definitions: [{ type: 'pair', kind: 'key', name: 'key', body: 'value' }],
  lineComment: '//',
  blockComment: ['/*', '*/'],
  caseSensitive: true,
};

export const yaml: Policy = {
  commutativeParents: [
    { type: 'block_mapping', groups: [['block_mapping_pair']], separator: '\n' },
    { type: 'flow_mapping', groups: [['flow_pair']], separator: ',', trailing: true, open: '{', close: '}' },
  ],
  orderedLists: [
    { type: 'block_sequence', separator: '\n' },
    { type: 'flow_sequence', separator: ',', trailing: true, open: '[', close: ']' },
  ],
  signatures: [
    { type: 'block_mapping_pair', key: ['key'], as: 'pair' },
    { type: 'flow_pair', key: ['key'], as: 'pair' },
    // Lists of steps, services and packages name their items so.
    {
      type: 'block_sequence_item',
      key: [
        'block_node/block_mapping/block_mapping_pair[name]/value',
        'block_node/block_mapping/block_mapping_pair[id]/value',
      ],
    },
  ],
  atomic: [
    'plain_scalar',
    'single_quote_scalar',
    'double_quote_scalar',
    'block_scalar',
    'comment',
    'anchor',
    'alias',
    'tag',
  ],
  comments: ['comment'],
  imports: [],
  definitions: [
    { type: 'block_mapping_pair', kind: 'key', name: 'key', body: 'value' },
    { type: 'flow_pair', kind: 'key', name: 'key', body: 'value' },
  ],
  lineComment: '#',
  caseSensitive: true,
  indented: true,
};

const tomlKey = 'bare_key|quoted_key|dotted_key';

export const toml: Policy = {
  commutativeParents: [
    { type: 'document', groups: [['table'], ['pair']], separator: '\n', blankLines: true },
    { type: 'table', groups: [['pair']], separator: '\n' },
    { type: 'table_array_element', groups: [['pair']], separator: '\n' },
    { type: 'inline_table', groups: [['pair']], separator: ',', open: '{', close: '}' },
  ],
  orderedLists: [{ type: 'array', separator: ',', trailing: true, open: '[', close: ']' }],
  signatures: [
    { type: 'pair', key: [tomlKey] },
    { type: 'table', key: [tomlKey] },
  ],
  atomic: [
    'string',
    'comment',
    'integer',
    'float',
    'offset_date_time',
    'local_date_time',
    'local_date',
    'local_time',
    'quoted_key',
  ],
  comments: ['comment'],
  imports: [],
  definitions: [
    { type: 'table', kind: 'section', name: tomlKey, body: 'pair' },
    { type: 'table_array_element', kind: 'section', name: tomlKey, body: 'pair' },
    { type: 'pair', kind: 'key', name: tomlKey, body: 'none' },
  ],
  lineComment: '#',
  caseSensitive: true,
};

export const properties: Policy = {
  commutativeParents: [{ type: 'document', groups: [['property']], separator: '\n' }],
  orderedLists: [],
  signatures: [{ type: 'property', key: ['key'] }],
  atomic: ['value', 'comment'],
  comments: ['comment'],
  imports: [],
  definitions: [{ type: 'property', kind: 'key', name: 'key', body: 'value' }],
  lineComment: '#',
  caseSensitive: true,
};

/** Elements whose children are a set: Maven, MSBuild and NuGet, resources, plists aside. */
const sets = [
  'dependencies',
  'dependencyManagement',
  'plugins',
  'pluginManagement',
  'properties',
  'exclusions',
  'modules',
  'profiles',
  'repositories',
  'pluginRepositories',
  'dependency',
  'plugin',
  'exclusion',
  'project',
  'parent',
  'configuration',
  'build',
  'ItemGroup',
  'PropertyGroup',
  'PackageReference',
  'packages',
  'resources',
  'root',
  'appSettings',
  'connectionStrings',
  'assemblyBinding',
  'uses-permission',
];
const child = (name: string): string => `element[${name}]/text`;
const attribute = (name: string): string => `start_tag|empty_tag/attribute[${name}]/value`;

export const xml: Policy = {
  commutativeParents: [
    { type: 'element', when: { path: 'start_tag/name', is: sets }, groups: [['element']], separator: '\n' },
    { type: 'start_tag', groups: [['attribute']], separator: ' ', open: '<', close: '>' },
    { type: 'empty_tag', groups: [['attribute']], separator: ' ', open: '<', close: '/>' },
  ],
  orderedLists: [{ type: 'element', separator: '\n' }],
  signatures: [
    {
      type: 'element',
      key: [
        'start_tag|empty_tag/name',
        attribute('Include'),
        attribute('Update'),
        attribute('Remove'),
        attribute('name'),
        attribute('Name'),
        attribute('x:Name'),
        attribute('x:Key'),
        attribute('key'),
        attribute('id'),
        attribute('android:name'),
        attribute('Condition'),
        child('groupId'),
        child('artifactId'),
        child('type'),
        child('classifier'),
        child('id'),
      ],
    },
    { type: 'attribute', key: ['name'] },
  ],
  atomic: ['comment', 'cdata', 'processing_instruction', 'doctype', 'value', 'text'],
  comments: ['comment'],
  imports: [],
  definitions: [{ type: 'element', kind: 'section', name: 'start_tag|empty_tag/name', body: 'element' }],
  blockComment: ['<!--', '-->'],
  caseSensitive: true,
};
