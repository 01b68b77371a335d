#include <catch2/catch.hpp>

#include "cli/table.hpp"

using namespace ordo::cli;

TEST_CASE("a table's columns are as wide as their widest cell, and no line ends in blanks") {
  Table table{"NAME", ">COUNT", "NOTE"};
  table.add({"чай", "7", ""});
  table.add({"teapot", "1234567", "└─ broken"});
  CHECK(table.text(false) ==
        "NAME      COUNT  NOTE\n"
        "чай           7\n"
        "teapot  1234567  └─ broken\n");
}

TEST_CASE("colours change nothing but the colour") {
  Table table{"NAME", ">COUNT"};
  table.add({Cell("a", Tone::bad), "10"});
  CHECK(table.text(true) == "\033[2mNAME\033[0m  \033[2mCOUNT\033[0m\n\033[31ma\033[0m        10\n");
  CHECK(painted("", Tone::bad, true).empty());
  CHECK(painted("a", Tone::plain, true) == "a");
}
