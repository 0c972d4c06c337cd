#include "results/history_json.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "results/json_text.h"

namespace quorate {
namespace {

template <typename Integer>
void append_integer(std::string_view field, Integer value, std::string* out) {
  *out += field;
  const fmt::format_int digits(value);
  out->append(digits.data(), digits.size());
}

void append_json(std::string_view field, std::string_view json, std::string* out) {
  *out += field;
  *out += json.empty() ? std::string_view("null") : json;
}

void append_text(std::string_view field, std::string_view text, std::string* out) {
  if (text.empty()) return;
  *out += field;
  append_json_string(text, out);
}

std::filesystem::path partial_of(std::filesystem::path path) {
  path += ".partial";
  return path;
}

Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error(fmt::format("write {}", path.string()), errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

void append_json_line(const ClientEvent& event, std::string* out) {
  append_integer("{\"index\":", event.index, out);
  append_integer(",\"time\":", event.time_ns, out);
  append_integer(",\"process\":", event.process, out);
  append_text(",\"type\":", name_of(event.type), out);
  append_text(",\"f\":", name_of(event.function), out);
  append_json(",\"key\":", event.key, out);
  append_json(",\"value\":", event.value, out);
  append_text(",\"node\":", event.node, out);
  append_text(",\"version\":", event.version, out);
  append_text(",\"error\":", event.error, out);
  if (!event.replicas.empty()) append_json(",\"replicas\":", event.replicas, out);
  if (event.r != 0) append_integer(",\"r\":", unsigned{event.r}, out);
  if (event.w != 0) append_integer(",\"w\":", unsigned{event.w}, out);
  if (event.final_read) *out += ",\"final\":true";
  *out += "}\n";
}

void append_json_line(const Mark& mark, std::string* out) {
  append_integer("{\"index\":", mark.index, out);
  append_integer(",\"time\":", mark.time_ns, out);
  append_text(",\"process\":", mark.process, out);
  append_text(",\"type\":", name_of(mark.type), out);
  *out += ",\"f\":";
  append_json_string(mark.f, out);
  append_json(",\"value\":", mark.value, out);
  *out += "}\n";
}

Result<std::unique_ptr<HistoryWriter>> HistoryWriter::create(const std::filesystem::path& path) {
  const std::filesystem::path partial = partial_of(path);
  FileDescriptor file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) return io_error(fmt::format("create {}", partial.string()), errno);
  return std::unique_ptr<HistoryWriter>(new HistoryWriter(path, std::move(file)));
}

HistoryWriter::HistoryWriter(std::filesystem::path path, FileDescriptor file)
    : path_(std::move(path)), file_(std::move(file)) {
  buffer_.reserve(kFlushBytes * 2);
}

void HistoryWriter::flush() {
  if (status_) status_ = write_all(file_.get(), buffer_, partial_of(path_));
  buffer_.clear();
}

Result<void> HistoryWriter::finish() {
  flush();
  if (!status_) return status_;
  file_ = FileDescriptor();
  return publish_file(partial_of(path_), path_);
}

}  // namespace quorate
