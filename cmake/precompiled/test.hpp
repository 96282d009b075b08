// The same for tests.
#pragma once

#include "common.hpp"
#include "support/catch.hpp"
