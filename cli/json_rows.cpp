#include "cli/json_rows.hpp"

namespace ordo::cli {

JsonRows::~JsonRows() {
  if (as_array_) out_ << (any_ ? "\n]\n" : "[]\n");
}

void JsonRows::add(std::string_view object) {
  if (as_array_) {
    out_ << (any_ ? ",\n" : "[\n") << object;
  } else {
    out_ << object << '\n';
  }
  any_ = true;
}

}  // namespace ordo::cli
