using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Simulation.Clients;

/// <summary>A real state with few services: enough for every journey, and quick to launch.</summary>
internal static class State
{
    private static readonly ConditionalWeakTable<StatePack, JsonObject> Addresses = [];

    /// <summary>The pack with only three of its services: one that is paid online, one that is free, one that comes to the door.</summary>
    public static StatePack Small(string folder)
    {
        var whole = StatePack.Load(folder).OrThrow();
        var launched = whole.Services.Where(service => service.Status == ServiceStatus.Launched && service.Form.Length > 0).ToList();
        ServiceDefinition[] few =
        [
            launched.First(service => service.Offers(Channel.Online) && !IsFree(whole, service)),
            launched.First(service => service.Offers(Channel.Online) && IsFree(whole, service)),
            launched.First(service => service.Offers(Channel.Doorstep) && !IsFree(whole, service)),
        ];
        // Copied member by member, so that whatever a pack comes to hold stays as it is.
        var small = (StatePack)typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(whole, null)!;
        typeof(StatePack).GetProperty(nameof(StatePack.Services))!.SetValue(small, new PackList<ServiceDefinition>(few.DistinctBy(service => service.Id), service => service.Id));
        return small;
    }

    /// <summary>Whether nothing is to pay for it online.</summary>
    public static bool IsFree(StatePack pack, ServiceDefinition service) => pack.Fees.Rules[service.FeeRule].Versions[^1].TotalPaise(Channel.Online) == 0;

    /// <summary>An address whose parts fit each other, where someone serves.</summary>
    public static JsonObject AddressIn(StatePack pack) => (JsonObject)Addresses.GetValue(pack, FindAddress).DeepClone();

    private static JsonObject FindAddress(StatePack pack)
    {
        foreach (var person in pack.Operators)
        {
            if (pack.Geography.Tehsils.Find(person.HomeTehsil) is not { } tehsil)
                continue;
            var district = tehsil.DistrictCode;
            var pincode = Enumerable.Range(180_000, 20_000).Select(number => $"{number}").FirstOrDefault(code => pack.Geography.Match(code, district) != PincodeMatch.No);
            if (pincode is not null && person.Districts.Contains(district))
                return new JsonObject { ["line"] = "House 12", ["districtCode"] = district, ["tehsilCode"] = tehsil.Code, ["pincode"] = pincode };
        }
        throw new InvalidOperationException("No operator of the pack lives where an address can be made up.");
    }
}
