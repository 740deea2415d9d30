#include "decoding/scoring/quality_file.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <cmath>
#include <stdexcept>

namespace dragoman {

void fuzz_quality(std::string_view bytes) {
  try {
    const QualityCurves curves = parse_quality(bytes, "a", "quality.json", "make it anew");
    for (const IsotonicCurve* curve : {&curves.lines, &curves.words}) {
      double before = (*curve)(-1e300);
      for (const double x : {-100.0, -1.0, -0.1, 0.0, 1e300}) {
        const double here = (*curve)(x);
        check(std::isfinite(here) && here >= before, "estimates are numbers and do not fall");
        before = here;
      }
    }
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
