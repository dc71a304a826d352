"""Writes a model of fim.py as GGUF (Q8_0), which llama.cpp, Ollama and their like read. Called by `fim.py export`."""
import json
import os
import re


def export(options, rope):
    import gguf
    import torch
    at = os.path.join(options.out, 'copying.pt')
    saved = torch.load(at if os.path.exists(at) else os.path.join(options.out, 'checkpoint.pt'))
    shape, tensors = saved['shape'], saved['model']
    with open(os.path.join(options.out, 'tokenizer.json'), encoding='utf8') as f:
        told = json.load(f)
    names, kinds = [None] * shape['vocabulary'], [gguf.TokenType.NORMAL] * shape['vocabulary']
    for name, i in told['model']['vocab'].items():
        names[i] = name
    for one in told['added_tokens']:
        names[one['id']], kinds[one['id']] = one['content'], gguf.TokenType.CONTROL
    at = {name: i for i, name in enumerate(names)}
    w = gguf.GGUFWriter(options.file, 'qwen2')
    w.add_name('mortise-fim')
    w.add_context_length(8192)  # it was trained on rows of LENGTH; longer prompts run, for tests of speed
    w.add_embedding_length(shape['d'])
    w.add_block_count(shape['layers'])
    w.add_feed_forward_length(shape['ff'])
    w.add_head_count(shape['heads'])
    w.add_head_count_kv(shape['kv'])
    w.add_layer_norm_rms_eps(1e-6)
    w.add_rope_freq_base(rope)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    w.add_vocab_size(shape['vocabulary'])
    w.add_tokenizer_model('gpt2')
    w.add_tokenizer_pre('qwen2')
    w.add_token_list(names)
    w.add_token_types(kinds)
    w.add_token_merges([m if isinstance(m, str) else ' '.join(m) for m in told['model']['merges']])
    for add in (w.add_bos_token_id, w.add_eos_token_id):
        add(at['<|endoftext|>'])
    w.add_pad_token_id(at['<|fim_pad|>'])
    w.add_eot_token_id(at['<|im_end|>'])
    w.add_add_bos_token(False)
    for short, name in [('pre', 'fim_prefix'), ('suf', 'fim_suffix'), ('mid', 'fim_middle'), ('pad', 'fim_pad'), ('rep', 'repo_name'), ('sep', 'file_sep')]:
        w.add_uint32(f'tokenizer.ggml.fim_{short}_token_id', at[f'<|{name}|>'])
    places = {'n1.w': 'attn_norm.weight', 'n2.w': 'ffn_norm.weight', 'o.weight': 'attn_output.weight', 'gate.weight': 'ffn_gate.weight', 'up.weight': 'ffn_up.weight', 'down.weight': 'ffn_down.weight'}
    places |= {f'{x}.{y}': f'attn_{x}.{y}' for x in 'qkv' for y in ('weight', 'bias')}
    for name, tensor in tensors.items():
        block = re.match(r'blocks\.(\d+)\.(.+)', name)
        place = f'blk.{block[1]}.{places[block[2]]}' if block else {'embed.weight': 'token_embd.weight', 'norm.w': 'output_norm.weight'}[name]
        array, kind = tensor.float().numpy(), gguf.GGMLQuantizationType.Q8_0
        if array.ndim == 1:
            w.add_tensor(place, array)
        else:
            w.add_tensor(place, gguf.quants.quantize(array, kind), raw_dtype=kind)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    print(f"{options.file}: {os.path.getsize(options.file) / 1e6:.1f} MB, {saved['step']} steps, {saved['seen'] / 1e6:.1f}M tokens")
