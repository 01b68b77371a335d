#include <catch2/catch.hpp>

#include <string>

#include "gateway/http/field_errors.hpp"

using namespace ordo::http;

TEST_CASE("a hundred errors are told, and that there are more") {
  FieldErrors errors;
  for (std::size_t index = 0; index < kFieldErrorsMax; ++index) errors.add("/" + std::to_string(index), "is wrong");
  CHECK_FALSE(errors.full());
  errors.add("/one_more", "is wrong");
  CHECK(errors.full());
  errors.add("/another", "is wrong");
  const auto told = errors.take();
  REQUIRE(told.size() == kFieldErrorsMax + 1);
  CHECK(told.front() == FieldError{"/0", "is wrong"});
  CHECK(told.back() == FieldError{"", "breaks more rules than are listed here"});
  CHECK(errors.empty());
}

TEST_CASE("pointers are told up to 16 KiB in all") {
  FieldErrors errors;
  errors.add('/' + std::string(kFieldErrorPointersBytesMax, 'x'), "is not known here");
  CHECK_FALSE(errors.empty());
  CHECK(errors.take() == std::vector<FieldError>{{"", "breaks more rules than are listed here"}});
}

TEST_CASE("an error tells of the value that it names and of all that this value is part of") {
  FieldErrors errors;
  errors.add("/items/1/sku", "is required");
  for (const char* part : {"", "/items", "/items/1", "/items/1/sku"}) {
    CAPTURE(part);
    CHECK(errors.tells_of(part));
  }
  for (const char* other : {"/item", "/items/11", "/items/1/sk", "/items/1/sku/0"}) {
    CAPTURE(other);
    CHECK_FALSE(errors.tells_of(other));
  }
}
