#include "base/atomic_file.h"
#include "base/checksum.h"
#include "base/json.h"
#include "formats/manifest.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/fuzz_targets.h"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

void load_manifest(std::string_view text) {
  static const FuzzFolder folder("manifest");
  folder.write("manifest.json", text);
  std::optional<Manifest> manifest;
  try {
    manifest = Manifest::load(folder.path());
  } catch (const std::runtime_error&) {
    return;
  }
  manifest->save(folder.path());
  const std::string written = read_file(manifest_file(folder.path()));
  Manifest::load(folder.path())->save(folder.path());
  check(read_file(manifest_file(folder.path())) == written, "a manifest is read as it was written");
}

}  // namespace

// Once as it is, and once as the list of files, with the checksum that makes it one to believe.
void fuzz_manifest(std::string_view bytes) {
  load_manifest(bytes);
  const auto files = parse_json(bytes);
  if (!files) return;
  load_manifest(fmt::format(R"({{"format": 1, "files": {}, "crc32": "{:08x}"}})", bytes, crc32_of(files->dump())));
}

}  // namespace dragoman
