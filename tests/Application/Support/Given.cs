using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Application.Applications;
using EServices.Application.Certificates;
using EServices.Application.Forms;
using EServices.Application.Timeline;
using EServices.Application.Workflow;
using EServices.Contracts;
using EServices.Contracts.Payment;
using EServices.Testing;

namespace EServices.Application.Tests;

/// <summary>Applications brought as far as a test needs them.</summary>
internal static class Given
{
    public const string Number = "JK-26-7M3QX9D-4";
    public static readonly PinnedService Domicile = PinnedService.Of(Samples.Domicile());
    public static readonly Actor Citizen = new("citizen", "Haleema Begum", "cit_1");
    public static readonly Actor Officer = new("officer", "Tehsildar, Jammu", "stf_1");
    public static readonly Whereabouts Jammu = new("5", null, "jammu", ["state", "district:5", "district:5/any-tehsil", "division:jammu"]);

    /// <summary>Monday 9 March 2026, ten in the morning in India.</summary>
    public static readonly DateTimeOffset Monday = Calendars.At(2026, 3, 9);

    public static JsonObject Form => new() { ["applicantName"] = "Haleema Begum", ["residentSince"] = 1998 };

    public static ServiceApplication Draft() => ServiceApplication.Begin("app_1", Domicile, Channel.Online, Samples.Citizen, Jammu, null, Citizen, Monday);

    public static Attachment Paper(string askedFor, string type, DateTimeOffset? at = null, string id = "") =>
        new($"doc_{askedFor}{id}", askedFor, type, "application/pdf", 1000, new string('a', 64), at ?? Monday);

    public static ServiceApplication Complete()
    {
        var draft = Draft();
        Assert.Null(draft.FillIn(Form, Domicile, Part.Owner, Citizen, Monday, out _));
        Assert.True(draft.Attach(Paper("identity-proof", "voter-card"), Citizen));
        Assert.True(draft.Attach(Paper("residence-proof", "residence-proof"), Citizen));
        return draft;
    }

    public static ServiceApplication Submitted()
    {
        var application = Complete();
        Assert.Null(application.Submit(Domicile, Number, Part.Owner, Citizen, Monday));
        return application;
    }

    public static ServiceApplication UnderReview()
    {
        var application = Submitted();
        application.Billed(Bill(), Monday);
        application.Settled(Settlement(), Domicile, Calendars.Usual, Promise, Monday);
        return application;
    }

    public static ServiceApplication SentBack()
    {
        var application = UnderReview();
        Assert.Null(application.SendBack(
            ["/residentSince"], ["residence-proof"], "The paper does not show the year.", Domicile, Part.Officer, Officer, Calendars.Usual, Calendars.At(2026, 3, 11)));
        return application;
    }

    public static ServiceApplication Approved()
    {
        var application = UnderReview();
        Assert.Null(application.Approve("In order", Part.Officer, Officer, Calendars.Usual, Issue, Calendars.At(2026, 3, 12)));
        return application;
    }

    public static ServiceApplication Rejected()
    {
        var application = UnderReview();
        Assert.Null(application.Reject("Not resident for fifteen years.", Part.Officer, Officer, Calendars.Usual, Calendars.At(2026, 3, 12)));
        return application;
    }

    public static ServiceApplication Withdrawn()
    {
        var application = UnderReview();
        Assert.Null(application.Withdraw(Part.Owner, Citizen, Calendars.At(2026, 3, 10)));
        return application;
    }

    public static ServiceApplication In(ApplicationState state) => state switch
    {
        ApplicationState.Draft => Complete(),
        ApplicationState.Submitted => Submitted(),
        ApplicationState.UnderReview => UnderReview(),
        ApplicationState.SentBack => SentBack(),
        ApplicationState.Approved => Approved(),
        ApplicationState.Rejected => Rejected(),
        _ => Withdrawn(),
    };

    public static BillIssued Bill(string applicationId = "app_1", DateTimeOffset? at = null) => new(
        "bil_1", applicationId, Number, Domicile.Terms.Name, Samples.Citizen, [new BillLine("government-fee", Localised.English("Government fee"), 2000, "government", "Prescribed")],
        2000, "certificate-basic", 1, at ?? Monday);

    public static BillSettled Settlement(string applicationId = "app_1", DateTimeOffset? at = null) => new(
        "bil_1", applicationId, Number, Domicile.Terms.Name, Samples.Citizen, "rcp_1", "JKR-26-1", 2000, "upi", at ?? Monday);

    public static string Promise(PromiseTerms terms) => $"promise until {terms.Clock.DueOn:yyyy-MM-dd}";

    public static IssuedCertificate Issue() => new("cer_1", "JKC-26-0000000-0", "certificate", "a.b.c", Calendars.At(2026, 3, 12), null, null, null);

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();
}
