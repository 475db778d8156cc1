# shellcheck shell=bash
# Runs tests with a second try for the long run, and never hides it. Sourced by test, behind packages.sh.

flaky=()              # NAME (RUN) of each test that passed only at its second try
flaky_most_failures=8 # more than these are no chance, and get no second try

# failed_tests FOLDER: the names of those that failed in the last run there.
failed_tests() { sed 's/^[0-9]*://' "$1/Testing/Temporary/LastTestsFailed.log" 2>/dev/null | sort -u; }

# output_of NAME FOLDER: all that this test printed in the last run there, and how it ended.
output_of() {
    awk -v name="$1" '/^[0-9]+\/[0-9]+ Testing: / { inside = ($3 == name) } inside' "$2/Testing/Temporary/LastTest.log"
}

# ctest_twice RUN FOLDER ARGUMENT…: ctest with these arguments, in this folder. What failed is tried once more, by itself.
# What passes then is added to `flaky`; the outputs of both tries are kept in FOLDER/flaky. Fails when a test failed twice.
ctest_twice() {
    local run=$1 folder=$2 kept=$2/flaky name first=() again=()
    shift 2
    rm -rf "${kept:?}/$run" "$folder/Testing/Temporary/LastTestsFailed.log"
    ctest --test-dir "$folder" "$@" && return
    mapfile -t first < <(failed_tests "$folder")
    # Without a name it is ctest itself that failed: it found no tests, for example.
    [ ${#first[@]} -gt 0 ] && [ ${#first[@]} -le "$flaky_most_failures" ] || return 1
    mkdir -p "$kept/$run"
    for name in "${first[@]}"; do output_of "$name" "$folder" >"$kept/$run/$name.first"; done
    say "Trying once more: ${first[*]}"
    # ctest writes the list only where a test failed.
    ctest --test-dir "$folder" "$@" --rerun-failed -j 1 || mapfile -t again < <(failed_tests "$folder")
    for name in "${first[@]}"; do
        output_of "$name" "$folder" >"$kept/$run/$name.second"
        [[ " ${again[*]} " == *" $name "* ]] || flaky+=("$name ($run): $kept/$run/$name.first and .second")
    done
    [ ${#again[@]} -eq 0 ]
}

# say_flaky: the last words of a run that had flaky tests. They don't fail it: a machine that is busy with other things
# must not lose a night's work. An issue is not done before it is known whether the test or the program is at fault.
say_flaky() {
    local line
    [ ${#flaky[@]} -gt 0 ] || return 0
    say "FLAKY: ${#flaky[@]} tests passed only at their second try. Find out why before this is called done:"
    for line in "${flaky[@]}"; do say "FLAKY: $line"; done
}
