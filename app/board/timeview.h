#pragma once

#include "core/model/timerange.h"

#include <optional>
#include <QList>

namespace entvas {

// The part of time that is looked at.
struct TimeView {
    enum class Kind {
        Named, // a range that ends now
        Last,  // the last lengthMs
        Fixed, // span, wherever now is
    };
    Kind kind = Kind::Named;
    NamedRange named = NamedRange::Hour;
    qint64 lengthMs = 0;
    TimeSpan span;

    static TimeView of(NamedRange range) { return {Kind::Named, range, 0, {}}; }
    static TimeView last(qint64 lengthMs) { return {Kind::Last, NamedRange::Hour, lengthMs, {}}; }
    static TimeView fixed(const TimeSpan &span) { return {Kind::Fixed, NamedRange::Hour, 0, span}; }
    bool isLive() const { return kind != Kind::Fixed; } // moves with the time
    bool operator==(const TimeView &) const = default;
};

// What a view needs to know to become buckets.
struct TimeContext {
    qint64 nowMs = 0;
    std::optional<qint64> firstMs; // the oldest count there is
    QTimeZone zone;
    int buckets = 120; // at most, about: as many as the chart has room for
};

// Buckets of a view. Where only counts per UTC day are left (after 92 days), days begin in UTC: see isCutInUtc().
TimeGrid gridOf(const TimeView &view, const TimeContext &context);
bool isCutInUtc(const TimeGrid &grid, const TimeContext &context);
// Whether the first bucket is only the later, the last one only the earlier part of a step.
bool beginsInside(const TimeGrid &grid, const TimeContext &context);
bool endsInside(const TimeGrid &grid, const TimeContext &context);
// Of a view that follows the time; 0 for all of it, and for a fixed span.
qint64 lengthOf(const TimeView &view);

inline constexpr qint64 kShortestViewMs = 10'000;

// Closer (factor < 1) or farther, while the moment `atMs` keeps its place. A view that still reaches up to now goes on
// following it.
TimeView zoomed(const TimeSpan &shown, double factor, qint64 atMs, const TimeContext &context);
// Earlier (negative) or later by a part of the shown length; never beyond now or before the first count.
TimeView panned(const TimeSpan &shown, double part, const TimeContext &context);

// The views that were, so that one can go back, and forward again. Bounded.
class ViewHistory
{
public:
    static constexpr qsizetype kMost = 100;

    // `from` was left for another one on purpose.
    void leave(const TimeView &from);
    bool canGoBack() const { return !m_back.isEmpty(); }
    bool canGoForward() const { return !m_forward.isEmpty(); }
    // The view to show instead of `from`.
    TimeView back(const TimeView &from);
    TimeView forward(const TimeView &from);

private:
    QList<TimeView> m_back, m_forward; // the last one is the next to be shown
};

enum class Comparison { None, PreviousPeriod, WeekBefore };

// The same grid earlier: by `lengthMs` (0: the grid's own), which is that of a view that follows the time, or by a
// week. Whole days go by the calendar, so that 9 o'clock is compared with 9 o'clock; other lengths are rounded up to
// the width of the finest counts that are kept of then, as seen from `nowMs`. Edges may fall together where the clocks
// were changed.
TimeGrid shifted(const TimeGrid &grid, Comparison comparison, const QTimeZone &zone, qint64 lengthMs = 0,
                 qint64 nowMs = 0);

} // namespace entvas
