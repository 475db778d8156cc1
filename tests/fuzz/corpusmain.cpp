// Runs one fuzz target over the files of a folder, whole and cut short: the ordinary test of the target and its corpus.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

int main(int argc, char **argv)
{
    constexpr std::size_t kCuts = 200; // of one file
    std::size_t files = 0;
    std::size_t inputs = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto &entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
            const std::size_t step = std::max<std::size_t>(1, bytes.size() / kCuts);
            for (std::size_t size = bytes.size() % step; size <= bytes.size(); size += step) {
                // A copy of exactly this size, so that a sanitizer sees a read beyond it.
                const std::vector<std::uint8_t> input(bytes.begin(), bytes.begin() + std::ptrdiff_t(size));
                LLVMFuzzerTestOneInput(input.data(), input.size());
                ++inputs;
            }
            ++files;
        }
    }
    std::printf("%zu inputs from %zu files\n", inputs, files);
    return files > 0 ? 0 : 1;
}
