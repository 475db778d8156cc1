#include "core/base/result.h"

#include <memory>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

class TestResult : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void holdsAValue()
    {
        Result<int> result(42);
        QVERIFY(result.ok());
        QVERIFY(bool(result));
        QCOMPARE(*result, 42);
        *result = 7;
        QCOMPARE(result.value(), 7);
    }

    void holdsAFailure()
    {
        const Result<int> result(Fault::Busy, u"full"_s);
        QVERIFY(!result.ok());
        QCOMPARE(result.failure().kind, Fault::Busy);
        QCOMPARE(result.failure().text, u"full"_s);
        const Result<QString> passedOn(result.failure());
        QCOMPARE(passedOn.failure().text, u"full"_s);
    }

    void movesWhatCantBeCopied()
    {
        Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
        QVERIFY(result.ok());
        const std::unique_ptr<int> taken = std::move(*result);
        QCOMPARE(*taken, 5);
    }

    void nothingCanFailToo()
    {
        QVERIFY(Result<void>().ok());
        const Result<void> failed(Fault::Storage, u"disk"_s);
        QVERIFY(!failed);
        QCOMPARE(failed.failure().kind, Fault::Storage);
    }
};

QTEST_GUILESS_MAIN(TestResult)
#include "tst_result.moc"
