#include "kernels/tiles.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace dragoman {

#if defined(__x86_64__)
namespace {

#define DRAGOMAN_TILES __attribute__((target("amx-tile")))

// As the processor's manual lays it out.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {kTileBytes, kTileBytes, kTileBytes, kTileBytes,
                                 kTileBytes, kTileBytes, kTileBytes, kTileBytes};
  std::uint8_t rows[16] = {kTileRows, kTileRows, kTileRows, kTileRows, kTileRows, kTileRows, kTileRows, kTileRows};
};
static_assert(sizeof(TileConfig) == 64);

constexpr TileConfig kTiles;

DRAGOMAN_TILES void set_tiles_up() {
  _tile_loadconfig(&kTiles);
}

DRAGOMAN_TILES void free_tiles() {
  _tile_release();
}

bool ask_for_tiles() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  // Vectors do what follows the products.
  if (!__builtin_cpu_supports("avx512vnni") || !__builtin_cpu_supports("avx512bw")) return false;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  constexpr unsigned kAmxTile = 1U << 24, kAmxInt8 = 1U << 25;
  if ((d & kAmxTile) == 0 || (d & kAmxInt8) == 0) return false;
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

}  // namespace

bool has_tiles() {
  static const bool granted = ask_for_tiles();
  return granted;
}

TileUse::TileUse() {
  set_tiles_up();
}

TileUse::~TileUse() {
  free_tiles();
}

#else

bool has_tiles() {
  return false;
}

TileUse::TileUse() = default;
TileUse::~TileUse() = default;

#endif

}  // namespace dragoman
