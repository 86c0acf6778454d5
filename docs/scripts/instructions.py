"""Instructions a cell of klDivergence's WebGPU kernel on an AMD GPU (RDNA 2), counted without one: Dawn hands out the SPIR-V that it
makes for the adapter that the environment has, Mesa's RADV compiles that for "null hardware" and prints the machine code.

Needs dist/ (npm run build), a Vulkan adapter for Dawn, Debian's mesa-vulkan-drivers and spirv-tools. python3 docs/scripts/instructions.py
"""
import ctypes as c
import glob
import os
import re
import subprocess
import sys
import tempfile

DUMP = """
import { create, globals } from "webgpu";
Object.assign(globalThis, globals);
const gpu = create(["enable-dawn-features=dump_shaders"]);
Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
const { klDivergence, openBackend } = await import("./dist/index.js");
const cells = Float32Array.from({ length: 2 ** 20 }, (_, i) => 1 + (i % 7));
await klDivergence(cells, cells.toReversed(), { backend: await openBackend({ prefer: "webgpu" }) });
process.exit(0);
"""


def spirv_of_kernel(folder):
    """The path of the last kernel that the call compiles; those before are the self-test's."""
    run = subprocess.run(["node", "--input-type=module", "-e", DUMP], capture_output=True, text=True)
    text = (run.stdout + run.stderr).split("/* Dumped SPIRV disassembly */\n")[-1]
    text = text[: text.rindex("OpFunctionEnd") + len("OpFunctionEnd\n")]
    path = os.path.join(folder, "kernel.spv")
    subprocess.run(["spirv-as", "--target-env", "vulkan1.3", "-o", path, "-"], input=text, text=True, check=True)
    return path, re.search(r'OpEntryPoint GLCompute \S+ "([^"]+)"', text)[1]


def words(*fields):
    """A Vulkan structure without padding of its own: each field a (type, value)."""
    kind = type("Structure", (c.Structure,), {"_fields_": [(f"f{i}", of) for i, (of, _) in enumerate(fields)]})
    return kind(*[value for _, value in fields])


def compile_with_radv(path, entry):
    """Creates the compute pipeline; RADV prints it and the process ends."""
    vulkan = c.CDLL("libvulkan.so.1")
    u32, ptr = c.c_uint32, c.c_void_p
    at = c.addressof

    def made(name, *arguments):
        handle = ptr()
        result = getattr(vulkan, name)(*arguments, c.byref(handle))
        if result:
            raise SystemExit(f"{name}: {result}")
        return handle

    header = lambda kind, following=None: [(u32, kind), (ptr, following), (u32, 0)]
    application = words((u32, 0), (ptr, None), (ptr, None), (u32, 0), (ptr, None), (u32, 0), (u32, 1 << 22 | 3 << 12))
    instance = made("vkCreateInstance", c.byref(words(*header(1), (ptr, at(application)), (u32, 0), (ptr, None), (u32, 0), (ptr, None))), None)
    physical = ptr()
    vulkan.vkEnumeratePhysicalDevices(instance, c.byref(u32(1)), c.byref(physical))
    # every feature that it has: VkPhysicalDeviceFeatures2 and those of Vulkan 1.1 to 1.3
    features = None
    for kind in (53, 51, 49, 1000059000):
        chain = (u32 * 80)(kind)
        c.cast(at(chain) + 8, c.POINTER(ptr))[0] = features and at(features)
        chain.keep, features = features, chain
    vulkan.vkGetPhysicalDeviceFeatures2(physical, features)
    priority = c.c_float(1)
    queue = words(*header(2), (u32, 0), (u32, 1), (ptr, at(priority)))
    device = made("vkCreateDevice", physical, c.byref(words(
        *header(3, at(features)), (u32, 1), (ptr, at(queue)), (u32, 0), (ptr, None), (u32, 0), (ptr, None), (ptr, None))), None)
    with open(path, "rb") as file:
        code = c.create_string_buffer(file.read())
    module = made("vkCreateShaderModule", device, c.byref(words(*header(16), (c.c_size_t, len(code) - 1), (ptr, at(code)))), None)
    # three storage buffers, a uniform buffer, a storage buffer
    bindings = [words((u32, i), (u32, kind), (u32, 1), (u32, 0x20), (ptr, None)) for i, kind in enumerate([7, 7, 7, 6, 7])]
    table = b"".join(bytes(binding) for binding in bindings)
    layout = made("vkCreateDescriptorSetLayout", device, c.byref(words(*header(32), (u32, 5), (c.c_char_p, table))), None)
    layouts = made("vkCreatePipelineLayout", device, c.byref(words(*header(30), (u32, 1), (ptr, at(layout)), (u32, 0), (ptr, None))), None)
    stage = words(*header(18), (u32, 0x20), (ptr, module), (c.c_char_p, entry.encode()), (ptr, None))
    made("vkCreateComputePipelines", device, None, 1, c.byref(words(*header(29), (type(stage), stage), (ptr, layouts), (ptr, None), (c.c_int32, 0))), None)
    sys.stderr.flush()
    os._exit(0)


def count(code):
    """Instructions a cell in the innermost loop, which takes four, without the block that is skipped but at a row's end."""
    lines, starts = [], {}
    for line in code.split("disasm:\n")[1].split("***")[0].splitlines():
        if label := re.match(r"(BB\d+):", line):
            starts[label[1]] = len(lines)
        elif line.startswith("\t"):
            lines.append(line.split(";")[0].strip())
    jumps = [(i, re.match(r"s_c?branch\S* (BB\d+)", line)) for i, line in enumerate(lines)]
    loops = [(starts[to[1]], i + 1) for i, to in jumps if to and starts[to[1]] <= i]
    first, end = min((loop for loop in loops if any(line.startswith("buffer_load") for line in lines[slice(*loop)])), key=lambda loop: loop[1] - loop[0])
    skipped = [n for i, to in jumps[first:end] if to and "execz" in lines[i] and starts[to[1]] < end for n in range(i + 1, starts[to[1]])]
    body = [line for n, line in enumerate(lines) if first <= n < end and n not in skipped]
    assert sum("v_rcp_f32" in line for line in body) == 4
    return len(body) / 4, sum(line.startswith("v_") for line in body) / 4


if len(sys.argv) > 1:
    compile_with_radv(*sys.argv[1:])
with tempfile.TemporaryDirectory() as folder:
    more = {"VK_ICD_FILENAMES": glob.glob("/usr/share/vulkan/icd.d/radeon_icd.*.json")[0], "RADV_FORCE_FAMILY": "navi21", "RADV_DEBUG": "nocache,shaders"}
    radv = subprocess.run([sys.executable, __file__, *spirv_of_kernel(folder)], env={**os.environ, **more}, capture_output=True, text=True, errors="replace")
print("%.2f instructions a cell, %.2f of them vector instructions" % count(radv.stdout + radv.stderr))
