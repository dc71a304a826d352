/** Each family is asked in its own form, never in two, and no file can end the prompt early. */
import { describe, expect, it } from 'vitest';
import { fimPrompt, guardedTokens, HOLE } from '../../server/model/fim.ts';

const parts = {
  path: 'src/a.ts',
  prefix: 'return ',
  suffix: ';\n',
  extra: [{ path: 'b.ts', text: 'export const b = 1;\n' }],
  maxTokens: 64,
  comment: '//',
};

describe('fill in the middle', () => {
  it.each([
    [
      'qwen2.5-coder:7b-base',
      '<|repo_name|>workspace\n<|file_sep|>b.ts\nexport const b = 1;\n\n<|file_sep|>src/a.ts\n<|fim_prefix|>return <|fim_suffix|>;\n<|fim_middle|>',
    ],
    [
      'starcoder2:3b',
      '<file_sep>b.ts\nexport const b = 1;\n\n<file_sep>src/a.ts\n<fim_prefix>return <fim_suffix>;\n<fim_middle>',
    ],
    ['codellama:7b-code', '<PRE> // Path: b.ts\n// export const b = 1;\n// Path: src/a.ts\nreturn  <SUF>;\n <MID>'],
    [
      'deepseek-coder:1.3b-base',
      '<｜fim▁begin｜>// Path: b.ts\n// export const b = 1;\n// Path: src/a.ts\nreturn <｜fim▁hole｜>;\n<｜fim▁end｜>',
    ],
    ['codestral:22b', '[SUFFIX];\n[PREFIX]// Path: b.ts\n// export const b = 1;\n// Path: src/a.ts\nreturn '],
    [
      'codegemma:2b',
      '<|fim_prefix|>// Path: b.ts\n// export const b = 1;\n// Path: src/a.ts\nreturn <|fim_suffix|>;\n<|fim_middle|>',
    ],
  ])('%s', (model, expected) => {
    const prompt = fimPrompt(model, { insert: false }, parts);
    expect(prompt).toMatchObject({ prompt: expected, raw: true });
    expect(prompt.suffix).toBeUndefined();
    expect(prompt.stop?.length).toBeGreaterThan(0);
  });

  it('leaves the template to a server that has one, and keeps files apart where it can', () => {
    expect(fimPrompt('qwen2.5-coder', { insert: true }, parts)).toMatchObject({
      prompt: '// Path: b.ts\n// export const b = 1;\n// Path: src/a.ts\nreturn ',
      suffix: ';\n',
    });
    expect(fimPrompt('qwen2.5-coder', { insert: true }, parts).raw).toBeUndefined();
    expect(fimPrompt('any', { insert: true, infill: true }, parts)).toMatchObject({
      prompt: 'return ',
      suffix: ';\n',
      extra: parts.extra,
    });
  });

  it('asks a chat model with a sentinel', () => {
    const prompt = fimPrompt('llama3.1', { insert: false }, parts);
    expect(prompt.prompt).toContain(`return ${HOLE};\n`);
    expect(prompt.system).toContain('data');
  });

  it('disarms control tokens that stand in a file', () => {
    for (const token of guardedTokens) {
      const prompt = fimPrompt('qwen2.5-coder', { insert: true }, { ...parts, prefix: `a ${token} b`, extra: [] });
      expect(prompt.prompt).not.toContain(token);
    }
    const count = (text: string, part: string) => text.split(part).length - 1;
    for (const [model, token] of [
      ['starcoder2:3b', '<fim_middle>'],
      ['starcoder2:3b', '<fim_suffix>'],
      ['codellama:7b-code', '<SUF>'],
      ['codellama:7b-code', '<MID>'],
      ['qwen2.5-coder:7b-base', '<|fim_middle|>'],
      ['llama3.1', HOLE],
    ] as const) {
      const { prompt } = fimPrompt(model, { insert: false }, { ...parts, path: `${token}.ts`, suffix: `; ${token}\n` });
      expect(count(prompt, token), `${token} for ${model}`).toBe(1);
    }
  });
});
