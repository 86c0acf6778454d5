#!/bin/sh
# Conformance, then the bench, on a host with nothing but a GPU driver. Options go to the bench (--sizes 20,24, --measures
# klDivergence, --only TEXT, --backend cpu|webgpu, --out FILE); results go to the folder $OUT, else to the current one.
# REQUIRE_ENGINES=all makes a missing WebGPU a failure.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
# the host's own C++ runtime is preferred: its driver may need a newer one than ours
"$here/node" -e 0 2>/dev/null || export LD_LIBRARY_PATH="$LD_LIBRARY_PATH:$here/lib/runtime"

# a registered driver is found by the loader itself; NVIDIA's without a manifest is named here
if [ -z "${VK_ICD_FILENAMES:-}${VK_DRIVER_FILES:-}" ]; then
  registered=no
  for manifest in /etc/vulkan/icd.d/*.json /usr/share/vulkan/icd.d/*.json; do
    [ -e "$manifest" ] || continue
    # another vendor's manifest counts only where there is no NVIDIA driver
    if [ ! -e /proc/driver/nvidia/version ] || grep -qi nvidia "$manifest"; then registered=yes; fi
  done
  [ "$registered" = yes ] || export VK_ICD_FILENAMES="$here/lib/nvidia_icd.json"
fi

[ -z "${OUT:-}" ] || mkdir -p "$OUT"
"$here/node" "$here/conformance.js"
conformance=$?
echo
"$here/node" "$here/bench.js" "$@" || exit
exit "$conformance"
