#include "training/report/event_file.h"

#include <bit>
#include <boost/crc.hpp>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

// The numbers and wire types of protocol buffers' fields.
enum class Wire : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

template <typename Number>
void append_little_endian(std::string& to, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i) to += static_cast<char>((number >> (8 * i)) & 0xFF);
}

void append_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>((value & 0x7F) | 0x80);
  to += static_cast<char>(value);
}

void append_key(std::string& to, unsigned field, Wire wire) {
  append_varint(to, (field << 3) | static_cast<unsigned>(wire));
}

void append_bytes(std::string& to, unsigned field, std::string_view bytes) {
  append_key(to, field, Wire::bytes);
  append_varint(to, bytes.size());
  to += bytes;
}

void append_number(std::string& to, unsigned field, std::uint64_t value) {
  append_key(to, field, Wire::varint);
  append_varint(to, value);
}

std::string event_at(double time, std::int64_t step) {
  std::string event;
  append_key(event, 1, Wire::fixed64);
  append_little_endian(event, std::bit_cast<std::uint64_t>(time));
  if (step != 0) append_number(event, 2, static_cast<std::uint64_t>(step));
  return event;
}

// Summary.Value: tag and simple_value
std::string summary_value(const std::string& tag, float value) {
  std::string message;
  append_bytes(message, 1, tag);
  append_key(message, 2, Wire::fixed32);
  append_little_endian(message, std::bit_cast<std::uint32_t>(value));
  return message;
}

std::uint32_t masked_checksum(std::string_view bytes) {
  Crc32c crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t sum = crc.checksum();
  return ((sum >> 15) | (sum << 17)) + 0xA282EAD8;
}

}  // namespace

EventFile::EventFile(const std::filesystem::path& file, double time, std::int64_t step)
    : file_(file), stream_(file, std::ios::binary | std::ios::trunc) {
  std::string version = event_at(time, 0), start = event_at(time, step), session;
  append_bytes(version, 3, "brain.Event:2");
  write_record(version);
  append_number(session, 1, 1);  // SessionLog: status START
  append_bytes(start, 7, session);
  write_record(start);
}

void EventFile::write(double time, std::int64_t step, const Scalars& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars) append_bytes(summary, 1, summary_value(tag, value));
  std::string event = event_at(time, step);
  append_bytes(event, 5, summary);
  write_record(event);
}

void EventFile::write_record(std::string_view event) {
  std::string record;
  append_little_endian(record, std::uint64_t{event.size()});
  append_little_endian(record, masked_checksum(record));
  record += event;
  append_little_endian(record, masked_checksum(event));
  stream_ << record << std::flush;
  if (!stream_) throw std::runtime_error(fmt::format("{}: cannot write: {}", file_.string(), std::strerror(errno)));
}

}  // namespace dragoman
