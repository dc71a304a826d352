/** The probability of a given text, read from the two shapes that servers tell it in. */
import { describe, expect, it } from 'vitest';
import { scored } from '../../bench/lib/logprob.ts';
import { json, scripted } from '../model/scripted.ts';

const parts = {
  path: 'a.ts',
  prefix: 'return ',
  suffix: ';\n',
  extra: [{ path: 'b.ts', text: 'b' }],
  maxTokens: 1,
  comment: '//',
};

describe('the log-probability of a text', () => {
  it('is summed over the tokens that spell it, the end of the answer left out: llama-server', async () => {
    const token = (id: number, logprob: number, best: number) => ({
      id,
      logprob,
      top_logprobs: [{ id: best, logprob: -0.1 }],
    });
    const answer = {
      tokens_evaluated: 30,
      completion_probabilities: [token(7, -1, 7), token(8, -2, 8), token(0, -9, 0)],
    };
    const { address, seen } = await scripted({
      '/tokenize': json(200, { tokens: [7, 8] }),
      '/completion': json(200, answer),
      '/infill': json(200, answer),
    });
    const served = { kind: 'llamacpp', address, model: 'tiny-fim' } as const;
    expect(await scored(served, parts, 'ü + 1')).toEqual({ logprob: -3, tokens: 2, likeliest: true, prompt: 30 });
    expect(seen[0]?.body).toEqual({ content: 'ü + 1' });
    expect(seen[1]?.body).toMatchObject({ grammar: 'root ::= <[7]> <[8]>', n_predict: 2, n_probs: 1, stream: false });
    expect(seen[1]?.body?.['prompt']).toMatch(/^<\|repo_name\|>.*<\|file_sep\|>b\.ts\nb\n.*<\|fim_middle\|>$/s);
    await scored({ ...served, model: 'unknown' }, parts, 'ü + 1');
    expect(seen[3]).toMatchObject({ path: '/infill', body: { input_extra: [{ filename: 'b.ts' }] } });
    const short = await scripted({ '/tokenize': json(200, { tokens: [7, 9] }), '/completion': json(200, answer) });
    await expect(scored({ ...served, address: short.address }, parts, 'x')).rejects.toThrow('of 2 tokens');
  });

  it('is that of the echoed tokens behind the prompt: vLLM and its like', async () => {
    const { address } = await scripted({
      '/v1/completions': (seen, response) => {
        const length = String(seen.body?.['prompt']).length - 3;
        const logprobs = {
          text_offset: [0, length, length + 2, length + 3],
          token_logprobs: [null, -1, -0.5, -7],
          top_logprobs: [null, { a: -1 }, { b: -0.2, c: -0.5 }, {}],
        };
        json(200, { choices: [{ text: '', logprobs }] })(seen, response);
      },
    });
    const served = { kind: 'openai', address, model: 'qwen2.5-coder' } as const;
    expect(await scored(served, parts, 'abc')).toMatchObject({ logprob: -1.5, tokens: 2, likeliest: false });
    await expect(scored({ ...served, model: 'gpt' }, parts, 'abc')).rejects.toThrow('not known');
    await expect(scored({ ...served, kind: 'ollama' }, parts, 'abc')).rejects.toThrow('Ollama');
  });
});
