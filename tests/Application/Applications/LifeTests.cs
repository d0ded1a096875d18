using System.Text.Json.Nodes;
using EServices.Application.Applications;
using EServices.Application.Clock;
using EServices.Application.Workflow;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Platform;
using EServices.Platform.CatalogueCopy;
using EServices.Testing;

namespace EServices.Application.Tests.Applications;

public sealed class LifeTests
{
    private static readonly WorkingCalendar Usual = Calendars.Usual;

    [Fact]
    public void RefusesDraft_UnknownSuspendedOrNotOffered_SaysWhich()
    {
        var known = new KnownService(Samples.Domicile());
        Assert.Null(ServiceApplication.RefusesDraft(known, "domicile-certificate", Channel.Online));
        Assert.Equal("service-unknown", ServiceApplication.RefusesDraft(null, "moon-permit", Channel.Online)!.Code);

        var online = new KnownService(Samples.Domicile() with { Channels = [Channel.Online] });
        Assert.Equal("channel-not-offered", ServiceApplication.RefusesDraft(online, "domicile-certificate", Channel.Doorstep)!.Code);

        known.Suspend("The register is being moved");
        var refusal = ServiceApplication.RefusesDraft(known, "domicile-certificate", Channel.Online)!;
        Assert.Equal(("service-suspended", RefusalKind.Conflict), (refusal.Code, refusal.Kind));
    }

    [Fact]
    public void FillIn_Incomplete_IsKept_AndSaysWhatIsMissing()
    {
        var draft = Given.Draft();

        Assert.Null(draft.FillIn(new JsonObject { ["applicantName"] = "H" }, Given.Domicile, Part.Owner, Given.Citizen, Given.Monday, out _));

        Assert.Equal([("/residentSince", "required"), ("/applicantName", "minLength")], draft.FormProblems(Given.Domicile).Select(error => (error.Pointer, error.Code)));
    }

    [Theory]
    [InlineData("""{"applicantName": 5}""", "/applicantName", "type")]
    [InlineData("""{"colour": "red"}""", "/colour", "additionalProperties")]
    [InlineData("""{"residentSince": 1998.5}""", "/residentSince", "type")]
    public void FillIn_WhatTheFormCanNotHold_IsRefusedAndNothingKept(string form, string pointer, string code)
    {
        var draft = Given.Complete();

        var refusal = draft.FillIn(JsonNode.Parse(form)!.AsObject(), Given.Domicile, Part.Owner, Given.Citizen, Given.Monday, out _)!;

        Assert.Equal((pointer, code), (Assert.Single(refusal.Errors!).Pointer, refusal.Errors![0].Code));
        Assert.Equal("Haleema Begum", (string?)draft.Form!["applicantName"]);
    }

    [Fact]
    public void FillIn_TheSameAgain_ChangesNothing()
    {
        var draft = Given.Complete();
        var entries = draft.Timeline.Count;
        Assert.Null(draft.FillIn(Given.Form, Given.Domicile, Part.Owner, Given.Citizen, Given.Monday, out _));
        Assert.Equal(entries, draft.Timeline.Count);
    }

    [Fact]
    public void RefusesDocument_OnlyWhatIsAskedForOrDoesAsWell()
    {
        var draft = Given.Draft();
        Assert.Null(draft.RefusesDocument("voter-card", Given.Domicile, Part.Owner, out var askedFor));
        Assert.Equal("identity-proof", askedFor);
        Assert.Equal("document-not-asked", draft.RefusesDocument("love-letter", Given.Domicile, Part.Owner, out _)!.Code);
    }

    [Fact]
    public void Attach_TheSameTwice_IsOneAttachment()
    {
        var draft = Given.Draft();
        Assert.True(draft.Attach(Given.Paper("identity-proof", "voter-card"), Given.Citizen));
        Assert.False(draft.Attach(Given.Paper("identity-proof", "voter-card"), Given.Citizen));
        Assert.Single(draft.Attachments);
    }

    [Fact]
    public void Attach_TooMany_IsRefused()
    {
        var draft = Given.Draft();
        for (var count = 0; count < ServiceApplication.MostDocuments; count++)
            Assert.True(draft.Attach(Given.Paper("identity-proof", "voter-card", id: count.ToString(System.Globalization.CultureInfo.InvariantCulture)), Given.Citizen));
        Assert.Equal("too-many-documents", draft.RefusesDocument("voter-card", Given.Domicile, Part.Owner, out _)!.Code);
    }

    [Fact]
    public void Submit_Incomplete_NamesEverythingAtOnce()
    {
        var draft = Given.Draft();

        var refusal = draft.Submit(Given.Domicile, Given.Number, Part.Owner, Given.Citizen, Given.Monday)!;

        Assert.Equal((RefusalKind.Conflict, "incomplete"), (refusal.Kind, refusal.Code));
        Assert.Equal(["/form/applicantName", "/form/residentSince", "/documents/identity-proof", "/documents/residence-proof"], refusal.Errors!.Select(error => error.Pointer));
        Assert.Null(draft.TrackingNumber);
        Assert.Empty(draft.Raised);
    }

    [Fact]
    public void Submit_Complete_TellsOthers()
    {
        var application = Given.Submitted();

        var fact = Assert.IsType<ApplicationSubmitted>(Assert.Single(application.Raised));
        Assert.Equal((Given.Number, "domicile-certificate", 1, "5"), (fact.TrackingNumber, fact.ServiceId, fact.ServiceVersion, fact.DistrictCode));
        Assert.Equal("await-bill", ApplicationViews.NextStepOf(application, new DateOnly(2026, 3, 9)).Code);
    }

    [Fact]
    public void Settled_StartsTheClockAndPromises()
    {
        var application = Given.UnderReview();

        // Fifteen working days after Monday 9 March: 10–13, 16–20, 21 (the third Saturday counts in Jammu), 23–27.
        Assert.Equal(new DateOnly(2026, 3, 27), application.Clock!.DueOn);
        Assert.Equal("promise until 2026-03-27", application.Promise!.Compact);
        var fact = Assert.Single(application.Raised.OfType<ApplicationAcknowledged>());
        Assert.Equal((new DateOnly(2026, 3, 27), 15, "Tehsildar", "Deputy Commissioner"), (fact.DueOn, fact.WorkingDays, fact.DesignatedOfficer, fact.FirstAppellate));
        Assert.Equal(("officer", new DateOnly(2026, 3, 27)), (ApplicationViews.NextStepOf(application, new DateOnly(2026, 3, 9)) is var step ? step.Who : "", step.By!.Value));
    }

    [Fact]
    public void Settled_HeardBeforeTheBillAndTwice_EndsTheSame()
    {
        var inOrder = Given.UnderReview();
        var application = Given.Submitted();

        application.Settled(Given.Settlement(), Given.Domicile, Usual, Given.Promise, Given.Monday);
        application.Billed(Given.Bill(), Given.Monday);
        application.Settled(Given.Settlement(), Given.Domicile, Usual, Given.Promise, Given.Monday);
        application.Billed(Given.Bill(), Given.Monday);

        Assert.Equal(inOrder.State, application.State);
        Assert.Equal(inOrder.Clock!.DueOn, application.Clock!.DueOn);
        Assert.Equal(inOrder.Bill!.Lines.Count, application.Bill!.Lines.Count);
        Assert.Equal(inOrder.Raised.Select(fact => fact.GetType()), application.Raised.Select(fact => fact.GetType()));
        Assert.Equal(inOrder.Timeline.Count, application.Timeline.Count);
    }

    [Fact]
    public void Settled_HeardDaysLater_CostsTheCitizenNothing()
    {
        var application = Given.Submitted();
        application.Settled(Given.Settlement(), Given.Domicile, Usual, Given.Promise, Calendars.At(2026, 3, 13));
        Assert.Equal((new DateOnly(2026, 3, 9), new DateOnly(2026, 3, 27)), (application.Clock!.StartedOn, application.Clock.DueOn!.Value));
    }

    [Fact]
    public void Settled_AfterWithdrawal_KeepsTheReceiptAndStartsNothing()
    {
        var application = Given.Submitted();
        Assert.Null(application.Withdraw(Part.Owner, Given.Citizen, Given.Monday));

        application.Settled(Given.Settlement(), Given.Domicile, Usual, Given.Promise, Given.Monday);

        Assert.Equal(ApplicationState.Withdrawn, application.State);
        Assert.NotNull(application.Receipt);
        Assert.Null(application.Clock);
        Assert.Empty(application.Raised.OfType<ApplicationAcknowledged>());
    }

    [Fact]
    public void Settled_IntoAYearWithoutCalendar_SaysThatTheDateIsAnEstimate_AndIsPutRightWhenPublished()
    {
        var late = Calendars.At(2027, 12, 20);
        var application = Given.Submitted();
        application.Settled(Given.Settlement(at: late), Given.Domicile, Usual, Given.Promise, late);
        Assert.Equal([2028], application.Clock!.UncertainYears);
        Assert.Contains("estimate", application.Timeline[^1].Detail, StringComparison.Ordinal);
        var estimate = application.Clock.DueOn!.Value;

        Assert.True(application.Watch(Calendars.Later, late));

        Assert.Empty(application.Clock.UncertainYears);
        Assert.True(application.Clock.DueOn > estimate);
        Assert.Equal("due-date-counted-again", application.Timeline[^1].What);
    }

    [Fact]
    public void Approve_IssuesTheCertificateWithTheDecision()
    {
        var application = Given.Approved();

        var facts = application.Raised.Skip(2).ToList();
        var decided = Assert.IsType<ApplicationDecided>(facts[0]);
        Assert.Equal((Decision.Approved, true, "revenue"), (decided.Decision, decided.WithinTime, decided.DepartmentId));
        Assert.Equal("cer_1", Assert.IsType<CertificateIssued>(facts[1]).CertificateId);
        Assert.Equal(Calendars.At(2026, 3, 12), application.Clock!.StoppedAt);
    }

    [Theory]
    [InlineData(27, true)]
    [InlineData(28, false)]
    public void Reject_OnTheLastDayOrAfter_SaysWhetherInTime(int day, bool withinTime)
    {
        var application = Given.UnderReview();
        Assert.Null(application.Reject("No.", Part.Officer, Given.Officer, Usual, Calendars.At(2026, 3, day, 23, 59)));
        Assert.Equal(withinTime, application.Raised.OfType<ApplicationDecided>().Single().WithinTime);
        Assert.Equal(!withinTime, application.IsOverdue(new DateOnly(2026, 4, 30)));
    }

    [Fact]
    public void SendBack_PausesAndMarks_AndMendingResumes()
    {
        var application = Given.SentBack();
        Assert.True(application.Clock!.Paused);
        Assert.Equal(["/residentSince"], application.Raised.OfType<ApplicationSentBack>().Single().Fields);
        Assert.Equal("mend-and-resubmit", ApplicationViews.NextStepOf(application, new DateOnly(2026, 3, 12)).Code);

        var tuesday = Calendars.At(2026, 3, 17);
        Assert.Equal("/documents/residence-proof", Assert.Single(application.Resubmit(Given.Domicile, Part.Owner, Given.Citizen, Usual, tuesday)!.Errors!).Pointer);
        var mended = Given.Form;
        mended["residentSince"] = 1999;
        Assert.Null(application.FillIn(mended, Given.Domicile, Part.Owner, Given.Citizen, tuesday, out _));
        Assert.True(application.Attach(Given.Paper("residence-proof", "residence-proof", tuesday, "2"), Given.Citizen));
        Assert.Null(application.Resubmit(Given.Domicile, Part.Owner, Given.Citizen, Usual, tuesday));

        // Thirteen working days were left on the 11th; from the 18th on they end on 1 April.
        Assert.Equal((ApplicationState.UnderReview, new DateOnly(2026, 4, 1)), (application.State, application.Clock.DueOn!.Value));
    }

    [Fact]
    public void SendBack_TheSamePaperHandedInAgain_Counts()
    {
        var application = Given.SentBack();
        Assert.True(application.Attach(Given.Paper("residence-proof", "residence-proof", Calendars.At(2026, 3, 12)), Given.Citizen));
        Assert.Empty(application.Problems(Given.Domicile));
    }

    [Fact]
    public void SentBack_OnlyWhatIsMarkedCanBeChanged()
    {
        var application = Given.SentBack();
        var elsewhere = Given.Form;
        elsewhere["applicantName"] = "Someone Else";

        var refusal = application.FillIn(elsewhere, Given.Domicile, Part.Owner, Given.Citizen, Given.Monday, out _)!;

        Assert.Equal(("field-not-open", "/applicantName"), (refusal.Code, Assert.Single(refusal.Errors!).Pointer));
        Assert.Equal("document-not-open", application.RefusesDocument("voter-card", Given.Domicile, Part.Owner, out _)!.Code);
        Assert.Null(application.RefusesDocument("residence-proof", Given.Domicile, Part.Owner, out _));
    }

    [Fact]
    public void SendBack_WithoutMarksOrWithUnknownOnes_IsRefused()
    {
        var application = Given.UnderReview();
        Assert.Equal("nothing-marked", SendBack([], []).Code);
        Assert.Equal(["/fields/0", "/fields/1", "/documents/0"], SendBack(["applicantName", "/colour"], ["love-letter"]).Errors!.Select(error => error.Pointer));
        Assert.Equal(ApplicationState.UnderReview, application.State);

        Refusal SendBack(string[] fields, string[] documents) =>
            application.SendBack(fields, documents, "Mend it.", Given.Domicile, Part.Officer, Given.Officer, Usual, Given.Monday)!;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void RejectSendBackAndRevoke_WithoutReason_AreRefused(string? reason)
    {
        Assert.Equal("reason-required", Given.UnderReview().Reject(reason, Part.Officer, Given.Officer, Usual, Given.Monday)!.Code);
        Assert.Equal("reason-required", Given.UnderReview().SendBack(["/applicantName"], [], reason, Given.Domicile, Part.Officer, Given.Officer, Usual, Given.Monday)!.Code);
        Assert.Equal("reason-required", Given.Approved().Revoke(reason, Part.Officer, Given.Officer, Given.Monday)!.Code);
        Assert.Equal("text-too-long", Given.UnderReview().Reject(new string('x', 1001), Part.Officer, Given.Officer, Usual, Given.Monday)!.Code);
    }

    [Fact]
    public void Reason_WithAnAadhaarNumber_KeepsItsEndOnly()
    {
        var application = Given.UnderReview();
        Assert.Null(application.Reject("2345 6789 0124 is another person's.", Part.Officer, Given.Officer, Usual, Given.Monday));
        Assert.Equal("XXXXXXXX0124 is another person's.", application.Decision!.Reason);
    }

    [Fact]
    public void Withdraw_StopsTheClockAndTellsOthers()
    {
        var application = Given.Withdrawn();
        Assert.NotNull(application.Clock!.StoppedAt);
        Assert.Single(application.Raised.OfType<ApplicationWithdrawn>());
        Assert.False(application.IsOverdue(new DateOnly(2030, 1, 1)));
    }

    [Fact]
    public void Revoke_OnceOnly()
    {
        var application = Given.Approved();
        Assert.Null(application.Revoke("Issued to the wrong person.", Part.Officer, Given.Officer, Given.Monday));
        Assert.NotNull(application.Certificate!.RevokedAt);
        Assert.Equal("already-revoked", application.Revoke("Again.", Part.Officer, Given.Officer, Given.Monday)!.Code);
    }

    [Fact]
    public void Watch_AfterTheLastDay_MarksOnce()
    {
        var application = Given.UnderReview();
        Assert.False(application.Watch(Usual, Calendars.At(2026, 3, 27, 23, 59)));
        Assert.True(application.Watch(Usual, Calendars.At(2026, 3, 28, 0, 0)));
        Assert.False(application.Watch(Usual, Calendars.At(2026, 3, 29)));
        Assert.Single(application.Timeline, entry => entry.What == "overdue");
        Assert.Null(application.WatchedUntil);
        Assert.Equal("decide-overdue", ApplicationViews.NextStepOf(application, new DateOnly(2026, 3, 28)).Code);
    }

    public static TheoryData<string, int> EveryStepInEveryState()
    {
        var data = new TheoryData<string, int>();
        foreach (var step in Steps.All)
        {
            foreach (var state in Enum.GetValues<ApplicationState>())
                data.Add(step.Name, (int)state);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryStepInEveryState))]
    public void Step_InAStateOrByAPartItIsNotFor_ChangesNothing(string name, int at)
    {
        var (step, state) = (Steps.All.Single(known => known.Name == name), (ApplicationState)at);
        foreach (var part in new[] { Part.None, Part.Owner, Part.Helper, Part.Officer })
        {
            var application = Given.In(state);
            Assert.Equal(state, application.State);
            var (facts, entries) = (application.Raised.Count, application.Timeline.Count);

            var refusal = Try(step, application, part);

            if ((step.By & part) == 0)
                Assert.Equal((RefusalKind.Forbidden, "action-not-yours"), (refusal!.Kind, refusal.Code));
            else if (!step.From.Contains(state))
                Assert.Equal((RefusalKind.Conflict, "wrong-state"), (refusal!.Kind, refusal.Code));
            else
                Assert.True(refusal is null or { Code: "incomplete" or "document-not-open" or "field-not-open" }, $"{name} in {state} by {part}: {refusal?.Code}");
            if (refusal is not null)
                Assert.Equal((state, facts, entries), (application.State, application.Raised.Count, application.Timeline.Count));
        }
    }

    private static Refusal? Try(Step step, ServiceApplication application, Part part)
    {
        var (service, at) = (Given.Domicile, Calendars.At(2026, 3, 13));
        return step.Name switch
        {
            "fill-in-form" => application.FillIn(new JsonObject { ["applicantName"] = "Other" }, service, part, Given.Citizen, at, out _),
            "attach-document" => application.RefusesDocument("identity-proof", service, part, out _),
            "submit" => application.Submit(service, Given.Number, part, Given.Citizen, at),
            "resubmit" => application.Resubmit(service, part, Given.Citizen, Usual, at),
            "withdraw" => application.Withdraw(part, Given.Citizen, at),
            "approve" => application.Approve(null, part, Given.Officer, Usual, Given.Issue, at),
            "reject" => application.Reject("No.", part, Given.Officer, Usual, at),
            "send-back" => application.SendBack(["/applicantName"], [], "Mend.", service, part, Given.Officer, Usual, at),
            "revoke" => application.Revoke("Wrong.", part, Given.Officer, at),
            _ => throw new InvalidOperationException($"{step.Name} has no test."),
        };
    }

    [Fact]
    public void Next_ListsExactlyWhatWouldNotBeRefused()
    {
        foreach (var state in Enum.GetValues<ApplicationState>())
        {
            foreach (var part in new[] { Part.Owner, Part.Helper, Part.Officer })
            {
                var next = Given.In(state).For(part, Given.Domicile, new DateOnly(2026, 3, 13)).Next.Select(action => action.Action);
                var allowed = Steps.All.Where(step => Try(step, Given.In(state), part) is not { Code: "action-not-yours" or "wrong-state" }).Select(step => step.Name);
                Assert.Equal(allowed, next);
            }
        }
    }

    [Fact]
    public void Next_WhileTheBillIsOpen_SaysWhereToPay()
    {
        var application = Given.Submitted();
        application.Billed(Given.Bill(), Given.Monday);
        var pay = application.For(Part.Owner, Given.Domicile, new DateOnly(2026, 3, 9)).Next[0];
        Assert.Equal(("pay", "/api/v1/payments"), (pay.Action, pay.Href));
        Assert.DoesNotContain(application.For(Part.Officer, Given.Domicile, new DateOnly(2026, 3, 9)).Next, action => action.Action == "pay");
    }

    [Fact]
    public void EveryState_SaysWhoseTurnItIs_AndADateOrWhyThereIsNone()
    {
        foreach (var state in Enum.GetValues<ApplicationState>())
        {
            var step = ApplicationViews.NextStepOf(Given.In(state), new DateOnly(2026, 3, 13));
            Assert.Contains(step.Who, new[] { "citizen", "payment", "officer", "nobody" });
            Assert.False(string.IsNullOrWhiteSpace(step.What.In("en")));
            Assert.False(string.IsNullOrWhiteSpace(step.ByWhy));
        }
    }
}
