#pragma once

#include "app/serve/http/byte_budget.h"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/optional.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

namespace dragoman {

/// The body of a request as Beast reads it (its concept Body): what is beyond a small one comes out of a budget as it
/// comes in, so that nobody can take what is not sent.
struct RequestBody {
  static constexpr std::size_t kSmall = 64 << 10;  ///< bytes that each may have

  struct value_type {
    std::string bytes;
    ByteBudget::Share share;
  };

  /// How much a body takes out of the budget.
  static std::size_t cost(std::uint64_t bytes) { return bytes > kSmall ? bytes - kSmall : 0; }

  /// Where the budget does not suffice it fails with not_enough_memory.
  class reader {
   public:
    using Error = boost::beast::error_code;

    template <bool kIsRequest, typename Fields>
    reader(boost::beast::http::header<kIsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, Error& error) { error = {}; }

    template <typename Buffers>
    std::size_t put(const Buffers& buffers, Error& error) {
      const std::size_t more = boost::beast::buffer_bytes(buffers);
      error = {};
      if (!body_.share.grow_to(cost(body_.bytes.size() + more))) {
        error = make_error_code(boost::system::errc::not_enough_memory);
        return 0;
      }
      for (const auto buffer : boost::beast::buffers_range_ref(buffers))
        body_.bytes.append(static_cast<const char*>(buffer.data()), buffer.size());
      return more;
    }

    void finish(Error& error) { error = {}; }

   private:
    value_type& body_;
  };
};

}  // namespace dragoman
