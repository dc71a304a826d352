/** CSS, HTML and Markdown. */
import type { Policy } from '../policy.ts';

export const css: Policy = {
  commutativeParents: [
    // Of two declarations of one property the later wins: their signature keeps them from meeting.
    { type: 'block', groups: [['declaration']], separator: ';', trailing: true, open: '{', close: '}' },
    { type: 'stylesheet', groups: [['import_statement']], separator: '\n', blankLines: true },
    { type: 'selectors', groups: [['*']], separator: ',' },
  ],
  orderedLists: [
    { type: 'arguments', separator: ',', open: '(', close: ')' },
    { type: 'keyframe_block_list', separator: '\n', open: '{', close: '}' },
  ],
  signatures: [
    { type: 'declaration', key: ['property_name'] },
    { type: 'rule_set', key: ['selectors'] },
    { type: 'import_statement', key: ['call_expression|string_value'] },
    { type: 'keyframes_statement', key: ['keyframes_name'] },
    { type: 'class_selector', key: ['.'] },
    { type: 'tag_name', key: ['.'] },
    { type: 'id_selector', key: ['.'] },
  ],
  atomic: [
    'string_value',
    'color_value',
    'integer_value',
    'float_value',
    'comment',
    'js_comment',
    'plain_value',
    'class_selector',
    'id_selector',
    'pseudo_class_selector',
    'pseudo_element_selector',
    'descendant_selector',
    'child_selector',
    'attribute_selector',
  ],
  comments: ['comment', 'js_comment'],
  imports: ['import_statement'],
  definitions: [
    { type: 'rule_set', kind: 'section', name: 'selectors', body: 'block' },
    { type: 'media_statement', kind: 'section', name: 'feature_query|binary_query|keyword_query', body: 'block' },
    { type: 'keyframes_statement', kind: 'section', name: 'keyframes_name', body: 'keyframe_block_list' },
    { type: 'declaration', kind: 'property', name: 'property_name', body: 'none' },
  ],
  blockComment: ['/*', '*/'],
  caseSensitive: true,
};

export const html: Policy = {
  commutativeParents: [
    { type: 'start_tag', groups: [['attribute']], separator: ' ', open: '<', close: '>' },
    { type: 'self_closing_tag', groups: [['attribute']], separator: ' ', open: '<', close: '/>' },
  ],
  orderedLists: [
    { type: 'document', separator: '\n' },
    { type: 'element', separator: '\n' },
  ],
  signatures: [
    { type: 'attribute', key: ['attribute_name'] },
    { type: 'element', key: ['start_tag/attribute[id]/quoted_attribute_value|attribute_value'] },
  ],
  atomic: ['comment', 'raw_text', 'text', 'quoted_attribute_value', 'attribute_value', 'doctype', 'entity'],
  comments: ['comment'],
  imports: [],
  definitions: [{ type: 'element', kind: 'section', name: 'start_tag/tag_name', body: 'element' }],
  blockComment: ['<!--', '-->'],
  caseSensitive: false,
};

/** The node types are those of our own parser, markdown.ts. */
export const markdown: Policy = {
  commutativeParents: [],
  orderedLists: [
    { type: 'document', separator: '\n', blankLines: true },
    { type: 'section', separator: '\n', blankLines: true },
    { type: 'list', separator: '\n' },
    { type: 'table', separator: '\n' },
  ],
  signatures: [
    { type: 'section', key: ['heading/title', 'heading/marker'] },
    { type: 'link_definition', key: ['label'] },
    { type: 'front_matter', key: ['marker'] },
  ],
  atomic: [
    'paragraph',
    'fenced_code',
    'indented_code',
    'html_block',
    'front_matter',
    'row',
    'heading',
    'link_definition',
    'quote',
    'rule',
  ],
  comments: [],
  imports: [],
  definitions: [{ type: 'section', kind: 'section', name: 'heading/title', body: 'none' }],
  blockComment: ['<!--', '-->'],
  caseSensitive: true,
  indented: true,
};
