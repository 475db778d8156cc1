#include "app/board/text/userswords.h"

#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000; // Thu 28 May 2026, 20:27:10 UTC

BoardFrame frameOf(const UserCount &users)
{
    BoardFrame frame;
    frame.nowMs = kNow;
    frame.zone = QTimeZone::utc();
    frame.users = users;
    return frame;
}

} // namespace

class UsersWordsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void exactOnesAreTold();
    void estimatesSayHowGood_data();
    void estimatesSayHowGood();
    void changesAreTold();
    void whatIsNotKnownIsSaid();
};

void UsersWordsTest::exactOnesAreTold()
{
    const UsersWords words = usersWords(frameOf({812}));
    QCOMPARE(words.number, u"812"_s);
    QCOMPARE(words.context, u"counted exactly"_s);
    QVERIFY(words.change.isEmpty());
    QVERIFY(words.detail.contains(u"exactly"_s));
}

void UsersWordsTest::estimatesSayHowGood_data()
{
    QTest::addColumn<qint64>("count");
    QTest::addColumn<QString>("number");
    QTest::newRow("few") << qint64(999) << u"≈ 999"_s;
    QTest::newRow("down") << qint64(6'412) << u"≈ 6,410"_s;
    QTest::newRow("up") << qint64(6'415) << u"≈ 6,420"_s;
    QTest::newRow("carry") << qint64(9'996) << u"≈ 10,000"_s;
    QTest::newRow("many") << qint64(1'234'567) << u"≈ 1,230,000"_s;
}

void UsersWordsTest::estimatesSayHowGood()
{
    QFETCH(qint64, count);
    UserCount users{count, false, 0.0081};
    const UsersWords words = usersWords(frameOf(users));
    QTEST(words.number, "number");
    QCOMPARE(words.context, u"± 0.8 %"_s);
    QVERIFY2(words.detail.contains(u"within ± 0.8 %"_s), qPrintable(words.detail));
    users.isRounded = true;
    QVERIFY(usersWords(frameOf(users)).detail.contains(u"hours or days are counted whole"_s));
}

void UsersWordsTest::changesAreTold()
{
    BoardFrame frame = frameOf({1'100, false, 0.01});
    frame.choice.comparison = Comparison::PreviousPeriod;
    frame.choice.view = TimeView::of(NamedRange::Day);
    frame.earlier = EarlierCounts{};
    QCOMPARE(usersWords(frame).context, u"± 1.0 %"_s); // not known then
    frame.earlier->users = UserCount{1'000};
    QVERIFY(usersWords(frame).change.isEmpty()); // not known of exactly the same length
    frame.earlier->usersNow = UserCount{1'050};
    QCOMPARE(usersWords(frame).change, u"+5.0 %"_s);
    QCOMPARE(usersWords(frame).context, u"vs. previous day"_s);
    frame.earlier->users = UserCount{0};
    QCOMPARE(usersWords(frame).context, u"± 1.0 %"_s); // nothing to compare with
}

void UsersWordsTest::whatIsNotKnownIsSaid()
{
    BoardFrame frame = frameOf({6'000, false, 0.01});
    frame.choice.filter.insert(u"page"_s, {{u"home"_s}, false});
    QCOMPARE(usersWords(frame).context, u"of all events"_s);
    QVERIFY(usersWords(frame).detail.contains(u"filters do not apply"_s));
    frame.earlier = EarlierCounts{};
    frame.earlier->users = UserCount{5'000};
    frame.earlier->usersNow = UserCount{6'000};
    QVERIFY(usersWords(frame).change.isEmpty()); // the cards beside it compare something else
    QCOMPARE(usersWords(frame).context, u"of all events"_s);
    frame.users->sinceMs = kNow - 3'600'000;
    QCOMPARE(usersWords(frame).context, u"since Thu 28 May, 19:27"_s);
    QVERIFY(usersWords(frame).change.isEmpty()); // a part against a whole
    frame.users.reset();
    QCOMPARE(usersWords(frame).number, u"–"_s);
    QCOMPARE(usersWords(frame).context, u"not available for this time range"_s);
}

QTEST_MAIN(UsersWordsTest)
#include "tst_userswords.moc"
