using System.Globalization;
using EServices.Contracts.Catalogue;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Services;

internal enum ServiceState
{
    Launched,
    Suspended,

    /// <summary>For good: nobody can ask for it any more. What was asked for before goes on.</summary>
    Retired,
}

/// <summary>
/// One numbered version of a service: what is launched never changes, only whether it can be asked for. The one with the highest number is offered; an earlier one
/// is superseded by that alone, and applications begun under it stay with it.
/// </summary>
internal sealed class ServiceVersion : Document
{
    public static readonly DocumentMap<ServiceVersion> Map = new("services");
    public static readonly DocumentIndex<ServiceVersion> ByService = Map.Unique("by_service", service => service.ServiceId, service => service.Number);

    /// <summary>Only those that were suspended, launched again or not.</summary>
    public static readonly DocumentIndex<ServiceVersion> BySuspension = Map.Index("by_suspension", service => service.SuspendedBecause);

    private ServiceVersion(ServiceLaunched launched, ServiceWords words, string fingerprint, DateTimeOffset at, DateTimeOffset firstAt)
        : base(KeyOf(launched.ServiceId, launched.Version)) =>
        (ServiceId, Number, Launched, Words, Fingerprint, LaunchedAt, FirstLaunchedAt) = (launched.ServiceId, launched.Version, launched, words, fingerprint, at, firstAt);

    private ServiceVersion() => (ServiceId, Launched, Words, Fingerprint) = ("", null!, null!, "");

    public string ServiceId { get; private set; }

    public int Number { get; private set; }

    public ServiceState State { get; private set; }

    /// <summary>What other services keep of it.</summary>
    public ServiceLaunched Launched { get; private set; }

    public ServiceWords Words { get; private set; }

    /// <summary>SHA-256 of the content, by which a pack's definition is recognised as the one already launched.</summary>
    public string Fingerprint { get; private set; }

    public DateTimeOffset LaunchedAt { get; private set; }

    /// <summary>When version 1 was launched: a new fee makes a new version, but no new service.</summary>
    public DateTimeOffset FirstLaunchedAt { get; private set; }

    /// <summary>Why it can't be asked for, suspended or retired.</summary>
    public string? SuspendedBecause { get; private set; }

    /// <summary>The people's definition that it was made of; null for the pack's.</summary>
    public string? DefinitionId { get; private set; }

    /// <summary>Of what the pack said of the service when people's word was launched.</summary>
    public string? PackFingerprint { get; private set; }

    /// <summary>Id of the rules by which people are told whether they can get it. No part of the content: telling people better makes no new version.</summary>
    public string? Eligibility { get; private set; }

    public static ServiceVersion LaunchFirst(ServiceLaunched launched, ServiceWords words, string fingerprint, DateTimeOffset at) =>
        Launch(launched with { Version = 1, EffectiveFrom = at }, words, fingerprint, at, at);

    /// <summary>Changed content as the next version. Where this one is suspended, so is the next, from its first moment: only a person lets a service come back.</summary>
    public ServiceVersion LaunchNext(ServiceLaunched launched, ServiceWords words, string fingerprint, DateTimeOffset at)
    {
        var next = Launch(launched with { Version = Number + 1, EffectiveFrom = at }, words, fingerprint, at, FirstLaunchedAt);
        if (State == ServiceState.Suspended)
            next.Suspend(SuspendedBecause!);
        return next;
    }

    /// <summary>Before the first save: whose definition it follows.</summary>
    public void Follow(string? definitionId, string? packFingerprint, string? eligibility) => (DefinitionId, PackFingerprint, Eligibility) = (definitionId, packFingerprint, eligibility);

    public Refusal? Suspend(string reason)
    {
        if (State == ServiceState.Retired)
            return RetiredAlready();
        if (State != ServiceState.Launched)
            return Refusal.Conflict("not-launched", $"Version {Number} of {ServiceId} is suspended already.");
        (State, SuspendedBecause) = (ServiceState.Suspended, reason);
        Raise(new ServiceSuspended(ServiceId, Number, reason));
        return null;
    }

    /// <summary>Takes the service away for good. To other services it is suspended, which lets what was begun go on and nothing new begin.</summary>
    public Refusal? Retire(string reason)
    {
        if (State == ServiceState.Retired)
            return RetiredAlready();
        (State, SuspendedBecause) = (ServiceState.Retired, reason);
        Raise(new ServiceSuspended(ServiceId, Number, reason));
        return null;
    }

    private Refusal RetiredAlready() => Refusal.Conflict("service-retired", $"{ServiceId} is retired, and stays so.");

    /// <summary>The same content as a version of its own: how a suspended service comes back, since a version that others know as suspended stays so.</summary>
    public ServiceVersion LaunchAgain(DateTimeOffset at)
    {
        var again = Launch(Launched with { Version = Number + 1, EffectiveFrom = at }, Words, Fingerprint, at, FirstLaunchedAt);
        again.Follow(DefinitionId, PackFingerprint, Eligibility);
        return again;
    }

    /// <summary>What others were told of it, for one that missed it.</summary>
    public IReadOnlyList<object> Told() => [Launched, .. ToldOfSuspension()];

    public IReadOnlyList<object> ToldOfSuspension() => SuspendedBecause is { } reason ? [new ServiceSuspended(ServiceId, Number, reason)] : [];

    private static ServiceVersion Launch(ServiceLaunched launched, ServiceWords words, string fingerprint, DateTimeOffset at, DateTimeOffset firstAt)
    {
        var version = new ServiceVersion(launched, words, fingerprint, at, firstAt);
        version.Raise(launched);
        return version;
    }

    public static string KeyOf(string serviceId, int number) => $"{serviceId}@{number}";

    /// <summary>What <see cref="KeyOf"/> was made of.</summary>
    public static (string ServiceId, int Number) Of(string key)
    {
        var at = key.LastIndexOf('@');
        return (key[..at], int.Parse(key.AsSpan(at + 1), CultureInfo.InvariantCulture));
    }
}
