#include "base/huge_pages.h"

#include "base/rounding.h"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <new>
#include <sys/mman.h>

namespace dragoman {
namespace {

constexpr std::size_t kPage = std::size_t{2} << 20;
// Taken from the system at once; what is not used of it takes no memory.
constexpr std::size_t kRegion = 8 * kPage;
constexpr std::size_t kAlignment = 64;

// Begins with a page.
class Region {
 public:
  explicit Region(std::size_t bytes) : mapped_(rounded_up(bytes, kPage) + kPage) {
    start_ = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start_ == MAP_FAILED) throw std::bad_alloc();
    const auto address = reinterpret_cast<std::uintptr_t>(start_);
    const std::size_t before = rounded_up(address, kPage) - address;
    begin_ = static_cast<std::byte*>(start_) + before;
    size_ = mapped_ - kPage;
    (void)::madvise(begin_, size_, MADV_HUGEPAGE);  // a system without such pages has the others
  }
  ~Region() { ::munmap(start_, mapped_); }
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  std::byte* begin() const { return begin_; }
  std::size_t size() const { return size_; }

 private:
  void* start_;
  std::size_t mapped_, size_;
  std::byte* begin_;
};

}  // namespace

std::shared_ptr<std::byte> in_huge_pages(std::size_t bytes) {
  static std::mutex mutex;
  static std::weak_ptr<Region> last;  // that pieces were taken from, as long as one of them is there
  static std::size_t used = 0;        // of that
  const std::lock_guard lock(mutex);
  std::shared_ptr<Region> region = last.lock();
  if (!region || region->size() - used < bytes) {
    region = std::make_shared<Region>(std::max(bytes, kRegion));
    last = region;
    used = 0;
  }
  std::byte* const piece = region->begin() + used;
  used = std::min(region->size(), used + rounded_up(bytes, kAlignment));
  return {std::move(region), piece};
}

}  // namespace dragoman
