using EServices.Contracts.Catalogue;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Services;

internal enum ServiceState
{
    Launched,
    Suspended,

    /// <summary>A later version has taken its place; applications begun under it stay with it.</summary>
    Superseded,
}

/// <summary>One numbered version of a service: what is launched never changes, only whether it can be asked for.</summary>
internal sealed class ServiceVersion : Document
{
    public static readonly DocumentMap<ServiceVersion> Map = new("services");
    public static readonly DocumentIndex<ServiceVersion> ByService = Map.Unique("by_service", service => service.ServiceId, service => service.Number);

    private ServiceVersion(ServiceLaunched launched, ServiceWords words, string fingerprint, DateTimeOffset at)
        : base(KeyOf(launched.ServiceId, launched.Version)) =>
        (ServiceId, Number, Launched, Words, Fingerprint, LaunchedAt) = (launched.ServiceId, launched.Version, launched, words, fingerprint, at);

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

    public string? SuspendedBecause { get; private set; }

    public static ServiceVersion Launch(ServiceLaunched launched, ServiceWords words, string fingerprint, DateTimeOffset at)
    {
        var version = new ServiceVersion(launched, words, fingerprint, at);
        version.Raise(launched);
        return version;
    }

    public Refusal? Suspend(string reason)
    {
        if (State != ServiceState.Launched)
            return Refusal.Conflict("not-launched", $"Version {Number} of {ServiceId} is {State.ToString().ToLowerInvariant()}; only a launched one can be suspended.");
        (State, SuspendedBecause) = (ServiceState.Suspended, reason);
        Raise(new ServiceSuspended(ServiceId, Number, reason));
        return null;
    }

    /// <summary>The same content as a version of its own: how a suspended service comes back, since a version that others know as suspended stays so.</summary>
    public ServiceVersion LaunchAgain(DateTimeOffset at) =>
        Launch(Launched with { Version = Number + 1, EffectiveFrom = at }, Words, Fingerprint, at);

    public void Supersede() => State = ServiceState.Superseded;

    /// <summary>What others were told of it, for one that missed it.</summary>
    public IReadOnlyList<object> Told() =>
        SuspendedBecause is { } reason ? [Launched, new ServiceSuspended(ServiceId, Number, reason)] : [Launched];

    public static string KeyOf(string serviceId, int number) => $"{serviceId}@{number}";
}
