[assembly: AssemblyFixture(typeof(EServices.Catalogue.Tests.Support.ReadOnlyCatalogue))]
