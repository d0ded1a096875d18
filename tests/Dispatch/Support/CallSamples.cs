using EServices.Contracts;
using EServices.Contracts.Identity;
using EServices.Dispatch.Calls;
using EServices.Dispatch.Places;
using EServices.Platform.Time;
using EServices.Testing;

namespace EServices.Dispatch.Tests.Support;

/// <summary>Calls as the domain makes them, without a host.</summary>
internal static class CallSamples
{
    public static readonly Actor Farah = new("helpline", "stf_helpline", "Farah");
    public static readonly DispatchRules Rules = new();
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 4, 30, 0, TimeSpan.Zero);

    public static readonly ChosenService Domicile = Chosen(Samples.Domicile());

    public static ChosenService Chosen(Contracts.Catalogue.ServiceLaunched launched) =>
        new(launched.ServiceId, launched.Version, launched.Name, launched.Documents, launched.Skills);

    public static Address Rivertown()
    {
        Assert.Null(new AddressBook(TinyState.Pack()).Match(Addresses.Rivertown, out var address));
        return address!;
    }

    public static Quote Quote(string id = "qot_1", string service = "domicile-certificate", int version = 1, Channel channel = Channel.Doorstep, double givenAfter = 0, double hours = 24) =>
        new(id, service, version, channel, 7000, Now.AddMinutes(givenAfter), Now.AddHours(hours));

    public static Call Answered(string id = "cal_1", string from = "+919906000001", IChance? chance = null, DateTimeOffset? now = null) =>
        Call.Answered(id, from, "ur", Farah, now ?? Now, chance ?? new SeededChance(1), Rules);

    public static string CodeOf(Call call) => call.Raised.OfType<OneTimeCodeIssued>().Last().Code;

    public static Call Ready(string id = "cal_1", string from = "+919906000001", DateTimeOffset? now = null, IChance? chance = null)
    {
        var at = now ?? Now;
        var call = Answered(id, from, chance, at);
        Assert.Null(call.ConfirmNumber(CodeOf(call), Farah, at));
        Assert.Null(call.Choose(Domicile, Farah, at));
        Assert.Null(call.ConfirmDocument("identity-proof", null, Farah, at));
        Assert.Null(call.ConfirmDocument("residence-proof", null, Farah, at));
        Assert.Null(call.NameCaller("Haleema Begum", Farah, at));
        Assert.Null(call.SetAddress(Rivertown(), Farah, at));
        call.Quoted(Quote() with { GivenAt = at, ExpiresAt = at.AddHours(24) });
        return call;
    }
}
