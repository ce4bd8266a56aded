#!/usr/bin/env bash
# Proofs beside circom and snarkjs: a circuit is compiled, set up and proved by them and judged by icn; and a key that icn
# has set up, with a proof that icn has made, is judged by snarkjs.
#   ICN=path/to/icn tests/interop/zk.sh        after `npm ci`, as run.sh does
set -euo pipefail
: "${ICN:?set ICN to the path of the icn binary}"
case "$ICN" in
  /*) ;;
  *) ICN="$PWD/$ICN" ;;
esac
cd "$(dirname "$0")"
PATH="$PWD/node_modules/.bin:$PATH"
circuit="$PWD/zk/power.circom"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

quietly() { "$@" >log.txt 2>&1 || { cat log.txt >&2; exit 1; }; }

# judged VERDICT EXIT KEY PROOF PUBLIC
judged() {
  local exit=0
  local said
  said="$("$ICN" zk verify --vk "$3" --proof "$4" --public "$5" --output json)" || exit=$?
  case "$said" in
    *"\"verdict\":\"$1\""*) ;;
    *) echo "expected $1, got $said" >&2; exit 1 ;;
  esac
  [ "$exit" = "$2" ] || { echo "expected exit $2, got $exit: $said" >&2; exit 1; }
}

for curve in bn128 bls12381; do
  mkdir "$curve"
  cp "$circuit" "$curve/power.circom"
  pushd "$curve" >/dev/null
  quietly circom2 power.circom --r1cs --wasm --prime "$curve"
  quietly snarkjs powersoftau new "$curve" 4 0.ptau
  quietly snarkjs powersoftau contribute 0.ptau 1.ptau -e="for a test only"
  quietly snarkjs powersoftau prepare phase2 1.ptau 2.ptau
  quietly snarkjs groth16 setup power.r1cs 2.ptau 0.zkey
  quietly snarkjs zkey contribute 0.zkey 1.zkey -e="for a test only"
  quietly snarkjs zkey export verificationkey 0.zkey no_phase_2.json
  quietly snarkjs zkey export verificationkey 1.zkey vk.json
  for x in 3 4; do
    echo "{\"x\": \"$x\", \"a\": \"5\", \"b\": \"7\"}" >in.json
    quietly snarkjs wtns calculate power_js/power.wasm in.json w.wtns
    quietly snarkjs groth16 prove 1.zkey w.wtns "proof_$x.json" "public_$x.json"
    judged valid 0 vk.json "proof_$x.json" "public_$x.json"
  done
  judged invalid 1 vk.json proof_3.json public_4.json
  sed 's/"265"/"0265"/' public_3.json >padded.json
  judged malformed 65 vk.json proof_3.json padded.json
  judged bad_key 66 no_phase_2.json proof_3.json public_3.json
  popd >/dev/null
  echo "ok  snarkjs proves over $curve, icn judges"
done

# The other way: a ceremony of icn's, a credential, a proof of age, and snarkjs for a judge.
export ICN_DATA_DIR="$scratch/node"
quietly "$ICN" init --development --insecure-plain-key --listen /ip4/127.0.0.1/tcp/0 --api-listen 127.0.0.1:0
"$ICN" start >node.txt 2>node.log &
node=$!
trap 'kill "$node" 2>/dev/null || true; wait "$node" 2>/dev/null || true; rm -rf "$scratch"' EXIT
until "$ICN" status >/dev/null 2>&1; do
  kill -0 "$node" 2>/dev/null || { cat node.log >&2; exit 1; }
  sleep 0.2
done
quietly "$ICN" zk setup new ceremony
quietly "$ICN" zk setup contribute ceremony
quietly "$ICN" zk setup contribute ceremony --circuit age_over
quietly "$ICN" zk setup export ceremony --circuit age_over -o vk.json
did="$("$ICN" did --output json | node -p 'JSON.parse(require("fs").readFileSync(0)).did')"
commitment="$("$ICN" credential commitment --output json | node -p 'JSON.parse(require("fs").readFileSync(0)).commitment')"
quietly "$ICN" credential issuer 'Town hall' --key node
quietly "$ICN" credential issue "$did" "$commitment" --claim born=20000229 --for 365d --key node --credential mine.cbor
quietly "$ICN" credential prove age_over mine.cbor --bound 20081128 --scope door --challenge word --key node \
  --proving-key ceremony/age_over.key --proof proof.json --public public.json
judged valid 0 vk.json proof.json public.json
quietly snarkjs groth16 verify vk.json public.json proof.json
grep -q 'OK!' log.txt
# snarkjs, too, refuses it for another day of birth.
sed 's/"20081128"/"20081129"/' public.json >other.json
if snarkjs groth16 verify vk.json other.json proof.json >log.txt 2>&1; then cat log.txt >&2; exit 1; fi
judged invalid 1 vk.json proof.json other.json
echo "ok  icn sets up and proves, snarkjs judges"
