#include "gateway/metrics/process_figures.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace ordo::metrics {
namespace {

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double whole_pages = 0;
  double resident_pages = 0;
  file >> whole_pages >> resident_pages;
  return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

double processor_seconds() {
  rusage usage{};
  return ::getrusage(RUSAGE_SELF, &usage) == 0 ? seconds(usage.ru_utime) + seconds(usage.ru_stime) : 0;
}

std::uint64_t entries_of(const char* folder) {
  std::error_code error;
  std::uint64_t entries = 0;
  for (std::filesystem::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) ++entries;
  return error ? 0 : entries;
}

}  // namespace

std::uint64_t open_descriptors() {
  const auto open = entries_of("/proc/self/fd");
  // To count them takes one: where none is left, all are open.
  return open > 0 ? open : descriptors_max();
}

std::uint64_t descriptors_max() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

void add_process_figures(Metrics& metrics) {
  const auto began_at = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  metrics.add("process_resident_memory_bytes", "Memory that is in use.", resident_bytes);
  metrics.add("process_cpu_seconds_total", "Processor time, user and system.", processor_seconds, FigureKind::counter);
  metrics.add("process_threads", "Threads that live.", [] { return static_cast<double>(entries_of("/proc/self/task")); });
  metrics.add("process_open_fds", "Descriptors that are open.", [] { return static_cast<double>(open_descriptors()); });
  metrics.add("process_max_fds", "Descriptors that may be open.", [] { return static_cast<double>(descriptors_max()); });
  metrics.add("process_start_time_seconds", "When it began, in seconds since 1970.", [began_at] { return began_at; });
}

}  // namespace ordo::metrics
