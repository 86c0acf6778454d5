// What each cell counts in an integral: the product of its steps' weights along the reduced axes. Needs: layout.wgsl.
// Twin: `fillNodes` in cpu-fallback/cells.ts.

// 1, and then the weights of the axes that have any, from where the fourth number of each says on; 0 for those that have none
@group(0) @binding(5) var<storage, read> nodes: array<f32>;

fn count_of(k: u32) -> f32 {
  var product = 1.0;
  var rest = k;
  for (var i = parameters.reduced_axes; i > 0u; i--) {
    let axis = parameters.reduced[i - 1u];
    product *= nodes[select(axis.w + select(rest % axis.x, rest, i == 1u), 0u, axis.w == 0u)];
    rest = rest / axis.x;
  }
  return product;
}

// what a term has for a value that binary32 does not hold stays what it is
fn counted(term: f32, count: f32) -> f32 { return select(count * term, term, abs(term) >= 6.490371073168535e32); }
