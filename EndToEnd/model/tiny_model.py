"""Writes the smallest llama that a real inference server takes: two layers of width 64, seeded random weights, and a
vocabulary of 64 words beside the 256 bytes. It says words, never stops by itself, and knows nothing. Runs in the
server's Python, which has `gguf`.

    python tiny_model.py FILE
"""

import sys

import gguf
import numpy

from tiny_words import WORDS

WIDTH, HIDDEN, HEADS, LAYERS, CONTEXT = 64, 128, 4, 2, 8192
# Llama's own template is longer and says the same.
TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)
UNKNOWN, BEGIN, END = 0, 1, 2
Type = gguf.TokenType


def vocabulary() -> list[tuple[str, float, Type]]:
    """Tokens with their scores, by which the tokeniser merges."""
    special = [("<unk>", 0.0, Type.UNKNOWN), ("<s>", 0.0, Type.CONTROL), ("</s>", 0.0, Type.CONTROL)]
    letters = [(f"<0x{byte:02X}>", 0.0, Type.BYTE) for byte in range(256)]
    # U+2581 stands for the space before a word.
    words = [("\u2581" + word, -float(rank), Type.NORMAL) for rank, word in enumerate(WORDS)]
    return special + letters + words


def weights(tokens: int) -> dict[str, numpy.ndarray]:
    random = numpy.random.default_rng(20261121)

    def matrix(rows: int, columns: int, scale: float) -> numpy.ndarray:
        return (random.standard_normal((rows, columns)) * scale).astype(numpy.float32)

    found = {
        "token_embd.weight": matrix(tokens, WIDTH, 1),
        "output_norm.weight": numpy.ones(WIDTH, numpy.float32),
        "output.weight": matrix(tokens, WIDTH, 0.3),
    }
    # The first dimension is the same for every token, and by it the words stand above bytes, and both above the end.
    found["token_embd.weight"][:, 0] = 4
    found["output.weight"][:, 0] = -2
    found["output.weight"][-len(WORDS) :, 0] = 2
    found["output.weight"][[UNKNOWN, BEGIN, END], 0] = -12
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        for name in ("attn_norm", "ffn_norm"):
            found[f"{block}{name}.weight"] = numpy.ones(WIDTH, numpy.float32)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            found[f"{block}{name}.weight"] = matrix(WIDTH, WIDTH, 0.05)
        found[f"{block}ffn_gate.weight"] = matrix(HIDDEN, WIDTH, 0.05)
        found[f"{block}ffn_up.weight"] = matrix(HIDDEN, WIDTH, 0.05)
        found[f"{block}ffn_down.weight"] = matrix(WIDTH, HIDDEN, 0.05)
    return found


def write(path: str) -> None:
    tokens = vocabulary()
    file = gguf.GGUFWriter(path, "llama")
    file.add_name("tiny")
    file.add_context_length(CONTEXT)
    file.add_embedding_length(WIDTH)
    file.add_block_count(LAYERS)
    file.add_feed_forward_length(HIDDEN)
    file.add_head_count(HEADS)
    file.add_head_count_kv(HEADS)
    file.add_rope_dimension_count(WIDTH // HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_vocab_size(len(tokens))
    file.add_file_type(gguf.LlamaFileType.ALL_F32)
    file.add_tokenizer_model("llama")
    file.add_token_list([text for text, _, _ in tokens])
    file.add_token_scores([score for _, score, _ in tokens])
    file.add_token_types([int(kind) for _, _, kind in tokens])
    file.add_unk_token_id(UNKNOWN)
    file.add_bos_token_id(BEGIN)
    file.add_eos_token_id(END)
    file.add_chat_template(TEMPLATE)
    for name, tensor in weights(len(tokens)).items():
        file.add_tensor(name, tensor)
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


if __name__ == "__main__":
    write(sys.argv[1])
